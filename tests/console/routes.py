"""Every route of the console with a real address, and who may have it. A route that is missing here fails the tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.urls import URLPattern

from console import urls_books, urls_control, urls_work
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.bank.receive_statement import receive_statement
from reconciliation.matching.models import MatchRun
from reconciliation.oversight.escalation.escalate_run import escalate_run
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import ApiToken, User
from reconciliation.periods.extend_months import extend_months
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from reconciliation.provider.models import Event, Quarantined
from reconciliation.recovery.runs.open_run import open_run
from reconciliation.recovery.runs.scope import read_scope
from tests.checkpoints import checkpoint
from tests.people import acting
from tests.reconciliation.backtest.bench import Bench
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.commerce.desk import asked, take
from tests.reconciliation.planes.shop import JOB
from tests.reconciliation.provider.desk import Desk, said

ROLES = ("support", "analyst", "controller", "policy_admin", "auditor", "operator")
EVERYBODY = frozenset(ROLES)
BOOKS = EVERYBODY - {"support"}
REQUESTS = frozenset({"analyst", "controller", "policy_admin", "auditor"})
AUDIT = frozenset({"controller", "policy_admin", "auditor", "operator"})
SETTINGS = frozenset({"policy_admin", "auditor", "operator"})
ADMIN = frozenset({"policy_admin"})
ACKNOWLEDGERS = frozenset({"controller", "policy_admin", "operator"})
WORKERS = frozenset({"analyst", "controller"})
IMPORTERS = frozenset({"analyst", "controller", "operator"})
REPLAYERS = frozenset({"policy_admin", "operator"})
CALLERS = frozenset({"analyst", "controller", "policy_admin", "operator"})
LIFTERS = frozenset({"controller", "policy_admin", "operator"})
RUNNERS = frozenset({"controller", "operator"})
CLASSIFIERS = RUNNERS | {"analyst"}
ROWS = """
T1 10 ewa 215000 @R1 p1
T2 10 ewa 70 @R2 p2
T3 05 suspense_receipt ap/sus 45
L2 clr 10 -70 @R2
L9 cash 10 -40 @X9
"""


@dataclass(frozen=True, slots=True)
class Route:
    """`may` are the roles that have it. A page answers them 200 and the others 404; an act, sent empty, answers them
    `empty` and the others 403."""

    address: str
    may: frozenset[str]
    empty: int | None = None


def names() -> set[str]:
    """The names of all routes of pages."""
    patterns = [*urls_work.urlpatterns, *urls_books.urlpatterns, *urls_control.urlpatterns]
    return {p.name or "" for p in patterns if isinstance(p, URLPattern)}


def prepared(tenant_id: int, user_of: Callable[..., User]) -> dict[str, str]:
    """Books with a case, a request, a file that waits, somebody's token, a provider's event and a delivery that is held; the
    words that the addresses need."""
    books = Books(tenant_id).play(ROWS)
    books.check_day("clr", "10")
    with tenant(tenant_id):
        run = MatchRun.objects.get().id
        (notification, *_) = escalate_run(run_id=run, actor=JOB, at=NOW)
    case = books.cases("clr", "10")[0]
    books.check_day("cash", "10")
    maker = acting(user_of("Mara Maker", "analyst"), tenant_id)
    made = books.reverse("T1", by=maker, case=case.number)
    _evaluated(acting(user_of("Ada Admin", "policy_admin"), tenant_id), tenant_id)
    take(tenant_id, asked("INV/2026-1"))
    with tenant(tenant_id):
        extend_months(at=NOW - timedelta(days=30))
        file = receive_statement(
            books.banks["clr"], file_name="day.sta", content=b"not read yet", actor=maker,
            at=datetime(2026, 3, 19, 12, 0, tzinfo=UTC),
        )  # fmt: skip
        make_own_token(name="hers", proven_at=NOW, actor=maker, at=NOW)
        token = ApiToken.objects.get().id
    desk = Desk(tenant_id)
    desk.deliver(said("InvoiceSettled"))
    desk.take_in()
    desk.deliver(said("InvoiceExpired"), key="the key of somebody else")
    with tenant(tenant_id):
        event, held = Event.objects.get().public_id, Quarantined.objects.get().delivery.public_id
    bench, admin = Bench(tenant_id), acting(user_of("Dora Drafter", "policy_admin"), tenant_id)
    draft = bench.draft(admin, value_date_days=5)
    dry_run = bench.dry_run(draft, admin, first=date(2026, 3, 10), until=date(2026, 3, 12))
    recoverer = acting(user_of("Rona Recoverer", "controller"), tenant_id)
    with tenant(tenant_id):
        recovery = open_run(
            read_scope(date(2026, 3, 10), date(2026, 3, 11)), title="Drift", led_by="a signal",
            freeze_until=NOW + timedelta(days=9), key="k1", actor=recoverer, at=NOW,
        )  # fmt: skip
    return {
        "incident": "1", "recovery": str(recovery.number), "draft": str(draft.number), "dry_run": str(dry_run.number),
        "order": "INV/2026-1", "event": str(event), "delivery": str(held), "token": str(token), "case": str(case.number),
        "request": str(made.number), "notification": str(notification.number),
        "import": str(file.bank_import.public_id),
        "receipt": books.ids["T3"], "transaction": books.ids["T1"], "day": f"{case.day:%Y-%m-%d}",
    }  # fmt: skip


def _evaluated(admin: Actor, tenant_id: int) -> None:
    """A checkpoint under evaluation, with a backtest of its words."""
    clause = {
        "moves": ["posting.post"],
        "when": {"use_case": ["loan"]},
        "outcome": "forbidden",
        "reason": "Loans wait.",
    }
    with tenant(tenant_id):
        draft = save_draft(document=checkpoint(clause), seen_edits=None, actor=admin, at=NOW)
        start_evaluation(key="trial-checkpoint", number=1, actor=admin, at=NOW)
        run_backtest(document=draft.document, since=NOW - timedelta(days=28), until=NOW, actor=admin, at=NOW, number=1)


PAGES: dict[str, Route] = {
    "home": Route("/", EVERYBODY),
    "gate": Route("/gate/", EVERYBODY),
    "gate-would": Route("/gate/would/?needed=5", ADMIN),
    "home-strip": Route("/strip/", EVERYBODY),
    "demo-progress": Route("/demo/", EVERYBODY),
    "drift-check": Route("/drift/clr/{day}/", EVERYBODY),
    "exceptions": Route("/exceptions/", EVERYBODY),
    "exception-rows": Route("/exceptions/rows/", EVERYBODY),
    "exception-depth": Route("/exceptions/depth/", EVERYBODY),
    "playbooks": Route("/playbooks/", EVERYBODY),
    "alert-runbooks": Route("/playbooks/alerts/", EVERYBODY),
    "alert-runbook": Route("/playbooks/alerts/anchor-stale/", EVERYBODY),
    "playbook": Route("/playbooks/bank-drift/", EVERYBODY),
    "case-runbook": Route("/exceptions/{case}/runbook/", BOOKS),
    "case-classes": Route("/exceptions/classes/", EVERYBODY),
    "exception-case": Route("/exceptions/{case}/", EVERYBODY),
    "exception-peek": Route("/exceptions/{case}/peek/", EVERYBODY),
    "exception-choose": Route("/exceptions/bulk/choose/?view=all", WORKERS),
    "payments": Route("/payments/", EVERYBODY),
    "payment": Route("/payments/p1/", EVERYBODY),
    "payment-proof-of": Route("/payment-proofs/of/?payment=p1", AUDIT),
    "orders": Route("/orders/", EVERYBODY),
    "order": Route("/orders/{order}/", EVERYBODY),
    "correction-preview": Route("/corrections/preview/?case={case}", EVERYBODY),
    "approvals": Route("/approvals/", REQUESTS),
    "approval-batch": Route("/approvals/batch/?request={request}", REQUESTS),
    "approval": Route("/approvals/{request}/", REQUESTS),
    "approval-checks": Route("/approvals/{request}/checks/", REQUESTS),
    "bank": Route("/bank/", BOOKS),
    "bank-coverage": Route("/bank/coverage/?m=2026-02", BOOKS),
    "bank-lines": Route("/bank/lines/?account=clr", BOOKS),
    "bank-import": Route("/bank/imports/{import}/", BOOKS),
    "bank-import-progress": Route("/bank/imports/{import}/progress/", BOOKS),
    "ledger": Route("/ledger/", BOOKS),
    "ledger-account": Route("/ledger/accounts/clr/", BOOKS),
    "ledger-transactions": Route("/ledger/transactions/", BOOKS),
    "periods": Route("/periods/", BOOKS),
    "period": Route("/periods/2026-02-01/", BOOKS),
    "ledger-transaction": Route("/ledger/transactions/{transaction}/", BOOKS),
    "events": Route("/events/", BOOKS),
    "event": Route("/events/{event}/", BOOKS),
    "event-quarantine": Route("/events/quarantine/", BOOKS),
    "delivery": Route("/events/deliveries/{delivery}/", BOOKS),
    "matchers": Route("/matchers/", BOOKS),
    "draft": Route("/matchers/drafts/{draft}/", BOOKS),
    "dry-run-progress": Route("/matchers/drafts/{draft}/dry-runs/{dry_run}/", BOOKS),
    "audit": Route("/audit/", AUDIT),
    "audit-chain": Route("/audit/chain/", AUDIT),
    "settings": Route("/settings/", SETTINGS),
    "settings-accounts": Route("/settings/accounts/", SETTINGS),
    "settings-banks": Route("/settings/banks/", SETTINGS),
    "settings-calendars": Route("/settings/calendars/", SETTINGS),
    "settings-matcher": Route("/settings/matcher/", SETTINGS),
    "settings-rules": Route("/settings/rules/", SETTINGS),
    "bank-profiles": Route("/bank/profiles/", SETTINGS),
    "settings-profiles": Route("/settings/profiles/", SETTINGS),
    "suspense": Route("/bank/suspense/", BOOKS),
    "model-gaps": Route("/bank/model-gaps/", BOOKS),
    "receipt": Route("/bank/suspense/{receipt}/?payment=p1", BOOKS),
    "event-gaps": Route("/events/gaps/", BOOKS),
    "settings-endpoints": Route("/settings/endpoints/", SETTINGS),
    "settings-macros": Route("/settings/macros/", SETTINGS),
    "notifications": Route("/notifications/", BOOKS),
    "notification": Route("/notifications/{notification}/", BOOKS),
    "settings-escalation": Route("/settings/escalation/", SETTINGS),
    "settings-people": Route("/settings/people/", SETTINGS),
    "settings-rights": Route("/settings/rights/", SETTINGS),
    "settings-approvers": Route("/settings/approvers/", REQUESTS),
    "settings-delegations": Route("/settings/delegations/", REQUESTS),
    "settings-tokens": Route("/settings/tokens/", SETTINGS),
    "own-tokens": Route("/tokens/", EVERYBODY),
    "review": Route("/review/", BOOKS),
    "review-csv": Route("/review/review.csv", BOOKS),
    "review-signal": Route("/review/signals/hand-edits/", BOOKS),
    "incidents": Route("/incidents/", BOOKS),
    "incident": Route("/incidents/{incident}/", BOOKS),
    "recovery": Route("/recovery/", BOOKS),
    "recovery-run": Route("/recovery/{recovery}/", BOOKS),
    "lifecycle": Route("/lifecycle/", BOOKS),
    "lifecycle-states": Route("/lifecycle/states/", BOOKS),
    "lifecycle-signals": Route("/lifecycle/signals/", BOOKS),
    "checkpoints": Route("/checkpoints/", BOOKS),
    "checkpoint-new": Route("/checkpoints/new/", ADMIN),
    "checkpoint-import": Route("/checkpoints/import/", ADMIN),
    "checkpoint-overrides": Route("/checkpoints/overrides/", BOOKS),
    "checkpoint-of": Route("/checkpoints/trial-checkpoint/", BOOKS),
    "checkpoint": Route("/checkpoints/trial-checkpoint/1/", BOOKS),
    "checkpoint-flips": Route("/checkpoints/trial-checkpoint/1/flips/", BOOKS),
    "checkpoint-shadow": Route("/checkpoints/trial-checkpoint/1/shadow/", BOOKS),
    "checkpoint-yaml": Route("/checkpoints/trial-checkpoint/1/yaml/", BOOKS),
}
ACTS: dict[str, Route] = {
    "drift-reconcile": Route("/drift/checks/", IMPORTERS, 400),
    "exception-bulk": Route("/exceptions/bulk/", WORKERS, 400),
    "case-assign": Route("/exceptions/{case}/assign/", WORKERS, 400),
    "case-snooze": Route("/exceptions/{case}/snooze/", WORKERS, 400),
    "case-resolve": Route("/exceptions/{case}/resolve/", WORKERS, 400),
    "note-check": Route("/note-check/", EVERYBODY, 200),
    "case-note": Route("/exceptions/{case}/notes/", WORKERS | {"support"}, 400),
    "order-move": Route("/order-moves/", frozenset({"controller"}), 400),
    "model-gap-document": Route("/bank/model-gaps/document/", WORKERS | ADMIN, 400),
    "receipt-identify": Route("/bank/suspense/{receipt}/identify/", WORKERS, 400),
    "correction-request": Route("/corrections/", WORKERS, 400),
    "approval-decide": Route("/approvals/{request}/decision/", frozenset({"controller", "policy_admin"}), 400),
    "approval-batch-approve": Route("/approvals/batch/approve/", frozenset({"controller", "policy_admin"}), 400),
    "approval-withdraw": Route("/approvals/{request}/withdraw/", frozenset(), 400),
    "bank-import-new": Route("/bank/imports/", IMPORTERS, 400),
    "bank-import-confirm": Route("/bank/imports/{import}/confirm/", IMPORTERS, 409),
    "bank-import-discard": Route("/bank/imports/{import}/discard/", IMPORTERS, 302),
    "events-export": Route("/events/export/", BOOKS, 400),
    "held-replay": Route("/events/quarantine/replay/", REPLAYERS, 400),
    "delivery-set-aside": Route("/events/deliveries/{delivery}/set-aside/", REPLAYERS, 400),
    "delivery-replay": Route("/events/deliveries/{delivery}/replay/", REPLAYERS, 302),
    "draft-start": Route("/matchers/drafts/", ADMIN, 400),
    "draft-edit": Route("/matchers/drafts/{draft}/edit/", ADMIN, 400),
    "draft-drop": Route("/matchers/drafts/{draft}/drop/", frozenset(), 400),
    "draft-send": Route("/matchers/drafts/{draft}/send/", ADMIN, 400),
    "dry-run-ask": Route("/matchers/drafts/{draft}/dry-runs/", ADMIN | IMPORTERS, 400),
    "period-close": Route("/periods/2026-02-01/close/", WORKERS, 400),
    "period-reopen": Route("/periods/2026-02-01/reopen/", WORKERS, 400),
    "account-open": Route("/settings/accounts/open/", ADMIN, 400),
    "bank-account-open": Route("/settings/banks/open/", ADMIN, 400),
    "booking-account-set": Route("/settings/banks/booking/", ADMIN, 400),
    "matcher-set": Route("/settings/matcher/set/", ADMIN, 400),
    "posting-rule-set": Route("/settings/rules/set/", ADMIN, 400),
    "posting-rule-ask": Route("/settings/rules/ask/", ADMIN, 400),
    "profile-sample": Route("/bank/profiles/samples/", ADMIN, 400),
    "profile-preview": Route("/bank/profiles/preview/", ADMIN, 400),
    "profile-edit": Route("/bank/profiles/save/", ADMIN, 400),
    "profile-save": Route("/settings/profiles/save/", ADMIN, 400),
    "macro-save": Route("/settings/macros/save/", ADMIN, 400),
    "macro-end": Route("/settings/macros/end/", ADMIN, 400),
    "sentence-language": Route("/sentence-language/", EVERYBODY, 400),
    "endpoint-open": Route("/settings/endpoints/open/", ADMIN, 400),
    "endpoint-end": Route("/settings/endpoints/end/", ADMIN, 400),
    "key-add": Route("/settings/endpoints/keys/add/", ADMIN, 400),
    "key-end": Route("/settings/endpoints/keys/end/", ADMIN, 400),
    "fulfilment-set": Route("/settings/endpoints/fulfilment/", ADMIN, 400),
    "recognition-set": Route("/settings/endpoints/recognition/", ADMIN, 400),
    "polling-set": Route("/settings/endpoints/polling/", ADMIN, 400),
    "polling-end": Route("/settings/endpoints/polling/end/", ADMIN, 400),
    "notification-acknowledge": Route("/notifications/{notification}/acknowledge/", ACKNOWLEDGERS, 302),
    "gate-ask": Route("/gate/days/", ADMIN, 400),
    "escalation-ask": Route("/settings/escalation/rule/", ADMIN, 400),
    "receiver-add": Route("/settings/escalation/receivers/add/", ADMIN, 400),
    "receiver-try": Route("/settings/escalation/receivers/test/", ADMIN, 400),
    "receiver-end": Route("/settings/escalation/receivers/end/", ADMIN, 400),
    "person-add": Route("/settings/people/add/", ADMIN, 400),
    "role-end": Route("/settings/people/end/", ADMIN, 400),
    "access-ask": Route("/settings/rights/ask/", ADMIN, 400),
    "role-lend": Route("/settings/delegations/lend/", frozenset({"controller", "policy_admin"}), 400),
    "delegation-end": Route("/settings/delegations/end/", REQUESTS, 400),
    "token-issue": Route("/settings/tokens/issue/", ADMIN, 400),
    "audit-verify": Route("/audit/verify/", frozenset({"auditor", "operator"}), 400),
    "token-end": Route("/settings/tokens/end/", ADMIN, 400),
    "own-token-make": Route("/tokens/make/", EVERYBODY, 400),
    "own-token-end": Route("/tokens/{token}/end/", EVERYBODY, 404),
    "cause-record": Route("/review/causes/", WORKERS, 400),
    "cause-confirm": Route("/review/causes/confirm/", frozenset({"controller"}), 400),
    "incident-call": Route("/incidents/{incident}/calls/", CALLERS, 400),
    "incident-note": Route("/incidents/{incident}/notes/", CALLERS, 400),
    "incident-release": Route("/incidents/{incident}/release/", LIFTERS, 400),
    "recovery-open": Route("/recovery/open/", RUNNERS, 400),
    "recovery-step": Route("/recovery/{recovery}/steps/9/", RUNNERS, 400),
    "recovery-classify": Route("/recovery/{recovery}/gaps/1/class/", CLASSIFIERS, 400),
    "recovery-tie": Route("/recovery/{recovery}/gaps/1/tie/", CLASSIFIERS, 400),
    "recovery-move": Route("/recovery/{recovery}/gaps/1/move/", frozenset({"controller"}), 400),
    "recovery-accept": Route("/recovery/{recovery}/gaps/1/accept/", CLASSIFIERS, 400),
    "recovery-recheck": Route("/recovery/{recovery}/recheck/", CLASSIFIERS, 409),
    "recovery-draft": Route("/recovery/{recovery}/paths/000000000000/draft/", ADMIN, 404),
    "recovery-measure": Route("/recovery/{recovery}/measure/", ADMIN, 400),
    "recovery-compare": Route("/recovery/{recovery}/comparison/", RUNNERS, 409),
    "recovery-close": Route("/recovery/{recovery}/close/", RUNNERS, 400),
    "recovery-plan": Route("/recovery/{recovery}/plan/", RUNNERS, 400),
    "recovery-evidence": Route("/recovery/{recovery}/evidence/", AUDIT, 409),
    "recovery-stop": Route("/recovery/{recovery}/stop/", RUNNERS, 400),
    "payment-proof": Route("/payment-proofs/", AUDIT, 404),
    "evidence-hand-out": Route("/incidents/evidence/1/", AUDIT, 404),
    "checkpoint-begin": Route("/checkpoints/begin/", ADMIN, 400),
    "checkpoint-read": Route("/checkpoints/import/read/", ADMIN, 400),
    "checkpoint-override-ask": Route("/checkpoints/overrides/ask/", LIFTERS, 400),
    "checkpoint-override-end": Route("/checkpoints/overrides/end/", LIFTERS, 404),
    "checkpoint-retire": Route("/checkpoints/trial-checkpoint/retire/", ADMIN, 400),
    "checkpoint-save": Route("/checkpoints/trial-checkpoint/1/save/", ADMIN, 400),
    "checkpoint-evaluate": Route("/checkpoints/trial-checkpoint/1/evaluate/", ADMIN, 409),
    "checkpoint-activate": Route("/checkpoints/trial-checkpoint/1/activate/", ADMIN, 400),
    "checkpoint-backtest": Route("/checkpoints/trial-checkpoint/1/backtest/", SETTINGS, 302),
    "checkpoint-draft": Route("/checkpoints/trial-checkpoint/1/draft/", ADMIN, 302),
    "checkpoint-discard": Route("/checkpoints/trial-checkpoint/1/discard/", frozenset(), 403),
}
WHEN = NOW
