"""Say what is behind the differences of a cause, who owns it, and which item of work will end it."""

from datetime import date, datetime
from typing import get_args

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.cases.taxonomy import CAUSES, CLASSES, Desk
from reconciliation.errors import BadInput
from reconciliation.oversight.review.models import ReviewCause
from reconciliation.oversight.review.period import Period
from reconciliation.permissions import Permission, require

OWNERS: tuple[str, ...] = get_args(Desk)
LONGEST_ROOT, LONGEST_ITEM, LONGEST_KEY = 500, 140, 64


def record_cause(
    *, cause: int | None, exception_class: str, period: Period, root: str, owner: str, item: str, due_on: date | None,
    key: str, actor: Actor, at: datetime,
) -> ReviewCause:  # fmt: skip
    """Append it; the form sent twice adds nothing. It counts once somebody else confirms it. Needs a tenant scope.

    Raises NotPermitted (no person among them), BadInput naming the field, KeyReusedForAnotherPayload."""
    require(actor, Permission.WORK_CASES)
    person = person_of(actor, "says what is behind a cause")
    if exception_class not in CLASSES or (cause is not None and cause not in CAUSES):
        raise BadInput("there is no such cause", "cause")
    if owner not in OWNERS:
        raise BadInput(f"an owner is one of {', '.join(OWNERS)}", "owner")
    if not 1 <= len(key) <= LONGEST_KEY or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    said = {
        "cause": cause, "exception_class": exception_class, "first_on": period.first, "last_on": period.last,
        "root": _text(root, LONGEST_ROOT, "root"), "owner": owner, "item": _text(item, LONGEST_ITEM, "item"),
        "due_on": due_on, "person_id": person,
    }  # fmt: skip
    known = ReviewCause.objects.filter(sent_key=key).first()
    if known is not None:
        if {name: getattr(known, name) for name in said} != said:
            raise KeyReusedForAnotherPayload("the form was sent before and said something else")
        return known
    made = ReviewCause.objects.create(**said, written_by=actor.name or actor.id, written_at=at, sent_key=key)
    audit.record(
        actor, at, "cause.recorded", f"{made}", why=made.root, cause=cause, exception_class=exception_class, owner=owner,
        item=made.item, first_on=period.first.isoformat(), last_on=period.last.isoformat(),
    )  # fmt: skip
    return made


def _text(text: str, longest: int, field: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= longest or not said.isprintable():
        raise BadInput(f"1 to {longest} printable characters", field)
    return said
