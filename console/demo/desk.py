"""What the demo's people have done with their cases by now: one ended by its code, one that waits for a second person."""

from datetime import datetime

from console.demo.tenant import PEOPLE
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.request_other import request_other
from reconciliation.cases.resolve_case import resolve_case
from reconciliation.people.models import User
from reconciliation.people.who import actor_of

AGREED = "The bank's letter about it is filed under the account. Its posting follows with the month's end."
TRIED = "Paid by our own people to try the new checkout; the order was never meant to be kept."


def work_on_cases(at: datetime) -> None:
    """Needs the tenant's open scope, with its people and the checks of its days."""
    analyst = actor_of(User.objects.get(email=PEOPLE[0][1]))
    fee = _oldest(plane_pair="ledger-bank", exception_class="unmodelled_bank_item")
    resolve_case(number=fee.number, code="agreed_with_bank", note=AGREED, key="demofee", actor=analyst, at=at)
    stray = _oldest(plane_pair="commerce-provider", kind="no_order")
    request_other(number=stray.number, note=TRIED, idempotency_key="demo stray", actor=analyst, at=at)


def _oldest(**which: str) -> ExceptionCase:
    found = ExceptionCase.objects.exclude(state="resolved").filter(**which).order_by("number").first()
    assert found is not None, which  # noqa: S101 (planted)
    return found
