"""Every page template with a believable context, rendered without a database. Names are made up."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path

from console.templatetags.shell import NAVIGATION
from console.views.kit import kit_context
from tests.console import kit_books as books
from tests.console import kit_control as control
from tests.console import kit_endpoints, kit_events, kit_lifecycle, kit_model_gaps, kit_playbooks, kit_suspense
from tests.console import kit_incidents as incidents
from tests.console import kit_notifications as told
from tests.console import kit_orders as orders
from tests.console import kit_payments as payments
from tests.console import kit_queue as queue
from tests.console import kit_recovery as recovery
from tests.console import kit_requests as requests
from tests.console import kit_review as review
from tests.console import kit_work as work

NOW = datetime(2026, 11, 20, 15, 46, tzinfo=UTC)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("accounts/", include("allauth.urls"))] + [
    path("" if place.key == "home" else f"{place.key}/", _nothing, name=place.key)
    for _, places in NAVIGATION
    for place in places
]

SHELL = {
    "tenant": {"name": "Meskel Pay S.C.", "note": "Production, books in EAT"},
    "person": {"id": 7, "name": "Selamawit Gebreyohannes", "role": "Finance analyst"},
    "counts": {"home": 3, "exceptions": 312, "approvals": 7, "bank": 1},
    "hot": {"home", "bank"},
    "gate": {"state": "blocked", "word": "Release blocked, 0 of 7 clean days", "href": "/gate/"},
    "verified": {"ok": True, "at": datetime(2026, 11, 20, 15, 30, tzinfo=UTC), "rows": 1204418},
    "banners": [],
}


def pages() -> dict[str, tuple[str, Callable[[], dict[str, Any]]]]:
    """Address → (template, context builder). One entry per page or state that is worth looking at."""
    return {
        "/kit/": ("kit.html", kit_context),
        "/": ("home/home.html", work.home),
        "/first-day/": ("home/home.html", work.home_first_day),
        "/exceptions/": ("exceptions/list.html", queue.exceptions),
        "/exceptions/empty/": ("exceptions/list.html", queue.exceptions_empty),
        "/exceptions/one/": ("exceptions/case.html", work.case),
        "/exceptions/runbook/": ("exceptions/runbook.html", work.runbook),
        "/exceptions/ended/": ("exceptions/case.html", work.case_ended),
        "/exceptions/held/": ("exceptions/case.html", work.case_held),
        "/notifications/": ("notifications/list.html", told.notifications),
        "/notifications/none/": ("notifications/list.html", told.notifications_empty),
        "/notifications/one/": ("notifications/one.html", told.notification),
        "/notifications/taken/": ("notifications/one.html", told.notification_taken),
        "/settings/escalation/": ("settings/escalation.html", told.escalation),
        "/payments/": ("payments/list.html", payments.payments),
        "/payments/none/": ("payments/list.html", payments.payments_none),
        "/payments/one/": ("payments/payment.html", payments.payment),
        "/payments/doubt/": ("payments/payment.html", payments.payment_in_doubt),
        "/review/": ("review/review.html", review.review),
        "/review/signal/": ("review/signal.html", review.signal),
        "/review/unread/": ("review/signal.html", review.signal_unread),
        "/orders/": ("orders/list.html", orders.orders),
        "/orders/empty/": ("orders/list.html", orders.orders_empty),
        "/orders/one/": ("orders/order.html", orders.order),
        "/orders/read/": ("orders/order.html", orders.order_read),
        "/orders/frozen/": ("orders/order.html", orders.order_frozen),
        "/approvals/": ("approvals/list.html", requests.approvals),
        "/approvals/own/": ("approvals/list.html", requests.approvals_own),
        "/bank/": ("bank/bank.html", books.bank),
        "/bank/empty/": ("bank/bank.html", books.bank_empty),
        "/bank/suspense/": ("bank/suspense.html", kit_suspense.suspense),
        "/bank/suspense/empty/": ("bank/suspense.html", kit_suspense.suspense_empty),
        "/bank/suspense/one/": ("bank/receipt.html", kit_suspense.receipt),
        "/bank/suspense/unknown/": ("bank/receipt.html", kit_suspense.receipt_unknown),
        "/bank/model-gaps/": ("bank/model_gaps.html", kit_model_gaps.gaps),
        "/bank/model-gaps/none/": ("bank/model_gaps.html", kit_model_gaps.gaps_none),
        "/drift/one/": ("drift/check.html", books.check),
        "/drift/unknown/": ("drift/check.html", books.check_unknown),
        "/ledger/": ("ledger/accounts.html", books.accounts),
        "/ledger/account/": ("ledger/account.html", books.account),
        "/ledger/transactions/": ("ledger/transactions.html", books.transactions),
        "/periods/": ("ledger/periods.html", books.periods),
        "/periods/one/": ("ledger/period.html", books.period),
        "/ledger/transaction/": ("ledger/transaction.html", books.transaction),
        "/events/": ("events/list.html", kit_events.events),
        "/events/empty/": ("events/list.html", kit_events.events_empty),
        "/events/one/": ("events/event.html", kit_events.event),
        "/events/alone/": ("events/event.html", kit_events.event_alone),
        "/events/quarantine/": ("events/quarantine.html", kit_events.quarantine),
        "/events/quarantine/ended/": ("events/quarantine.html", kit_events.quarantine_ended),
        "/events/quarantine/empty/": ("events/quarantine.html", kit_events.quarantine_empty),
        "/events/delivery/": ("events/delivery.html", kit_events.delivery),
        "/events/delivery/read/": ("events/delivery.html", kit_events.delivery_read),
        "/incidents/": ("incidents/list.html", incidents.incidents),
        "/incidents/none/": ("incidents/list.html", incidents.incidents_none),
        "/incidents/one/": ("incidents/incident.html", incidents.incident),
        "/incidents/released/": ("incidents/incident.html", incidents.incident_released),
        "/recovery/": ("recovery/list.html", recovery.runs),
        "/recovery/none/": ("recovery/list.html", recovery.runs_none),
        "/recovery/one/": ("recovery/run.html", recovery.run),
        "/recovery/due/": ("recovery/run.html", recovery.run_due),
        "/recovery/looked/": ("recovery/run.html", recovery.run_looked),
        "/lifecycle/": ("lifecycle/tree.html", kit_lifecycle.tree),
        "/lifecycle/signals/": ("lifecycle/signals.html", kit_lifecycle.signals),
        "/lifecycle/states/": ("lifecycle/states.html", kit_lifecycle.states),
        "/playbooks/": ("playbooks/list.html", kit_playbooks.playbooks),
        "/playbooks/one/": ("playbooks/one.html", kit_playbooks.playbook_one),
        "/playbooks/quiet/": ("playbooks/one.html", kit_playbooks.playbook_quiet),
        "/recovery/correcting/": ("recovery/run.html", recovery.run_correcting),
        "/recovery/tightening/": ("recovery/run.html", recovery.run_tightening),
        "/recovery/asked/": ("recovery/run.html", recovery.run_asked),
        "/recovery/corrected/": ("recovery/run.html", recovery.run_corrected),
        "/audit/": ("audit/list.html", control.audit),
        "/audit/broken/": ("audit/list.html", control.audit_broken),
        "/settings/": ("settings/tenant.html", control.tenant),
        "/settings/accounts/": ("settings/accounts.html", control.ledger_accounts),
        "/bank/profiles/": ("bank/profiles.html", books.profiles),
        "/settings/banks/": ("settings/banks.html", control.banks),
        "/settings/calendars/": ("settings/calendars.html", control.calendars),
        "/settings/endpoints/": ("settings/endpoints.html", kit_endpoints.endpoints),
        "/settings/endpoints/empty/": ("settings/endpoints.html", kit_endpoints.endpoints_empty),
        "/settings/people/": ("settings/people.html", control.people),
        "/accounts/login/": ("account/login.html", control.login),
        "/accounts/logout/": ("account/logout.html", dict),
        "/accounts/reauthenticate/": ("account/reauthenticate.html", control.login),
        "/accounts/password/": ("account/password_change.html", control.login),
        "/accounts/2fa/": ("mfa/index.html", control.mfa_index),
        "/accounts/2fa/authenticate/": ("mfa/authenticate.html", control.login),
        "/accounts/2fa/reauthenticate/": ("mfa/reauthenticate.html", control.login),
        "/accounts/2fa/totp/": ("mfa/totp/activate_form.html", control.totp),
        "/accounts/2fa/totp/off/": ("mfa/totp/deactivate_form.html", control.login),
        "/errors/403/": ("errors/403.html", control.refusal),
        "/errors/404/": ("errors/404.html", dict),
        "/errors/409/": ("errors/409.html", control.refusal),
        "/errors/500/": ("errors/500.html", lambda: {"reference": "req_8c1f20"}),
        "/playbooks/alerts/": ("playbooks/alerts.html", kit_playbooks.alerts),
        "/playbooks/alerts/one/": ("playbooks/alert.html", kit_playbooks.alert),
        "/payments/proof/": ("payments/proof.html", kit_playbooks.proof),
        "/errors/typed/": (
            "errors/page.html",
            lambda: {
                "code": 409,
                "title": "Frozen",
                "text": "It is frozen.",
                "typed": [{"label": "Note", "text": "two\nlines"}],
            },
        ),
    }


def render(address: str, template: str = "", **changes: Any) -> str:
    """The page of an address as HTML, or another template with its context. Needs ROOT_URLCONF = this module."""
    usual, build = pages()[address]
    base = {"now": NOW, "shell": SHELL, "csrf_token": "token", "user": SimpleNamespace(is_authenticated=True)}
    return render_to_string(template or usual, {**base, **build(), **changes})
