"""The steps that acts on cases share, for one case and for a frozen selection alike: lock, judge, write, tell."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.cases.acts import Act, After, Assign, Standing, after
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.errors import BadInput, ChangedSinceAsked, NotFound, Refusal
from reconciliation.people.models import Membership
from reconciliation.permissions import Permission, holders, require


@dataclass(frozen=True, slots=True)
class Acted:
    """A case after an act of one's own."""

    number: int
    state: str
    owner_id: int | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class RowReport:
    """What an act does, or did, to one case of a selection: outcome is "will", "done" or "refused", `says` the
    words."""

    case_id: int
    number: int
    outcome: str
    says: str


def worker(actor: Actor) -> int:
    """The person who acts. Raises NotPermitted: cases are worked on by persons who hold the permission."""
    require(actor, Permission.WORK_CASES)
    return person_of(actor, "works on cases")


def noter(actor: Actor) -> int:
    """The person who writes: notes are written by whoever looks cases up for others, too. Raises NotPermitted."""
    require(actor, Permission.NOTE_CASES)
    return person_of(actor, "writes notes on cases")


def assign_to(person_id: int) -> Assign:
    """Raises BadInput unless the person holds a role here that works on cases."""
    held = Membership.objects.filter(
        user__person_id=person_id, user__is_active=True, role__in=holders(Permission.WORK_CASES), ended_at=None
    )
    found = held.order_by("id").select_related("user__person").first()
    if found is None:
        raise BadInput("that person does not work on cases here", "to")
    return Assign(person_id, found.user.person.name)


def act_on_one(
    number: int, act: Act, *, seen_state: str | None, by: Actor, at: datetime, key: str | None = None
) -> Acted:
    """Do an act to one case; one that was sent under `key` before is not done again. Raises NotFound,
    ChangedSinceAsked when it is no longer in `seen_state`, KeyReusedForAnotherPayload, and what `after` does."""
    case = ExceptionCase.objects.select_for_update(no_key=True).filter(number=number).first()
    if case is None:
        raise NotFound(f"no case has the number {number}")
    if seen_state is not None and case.state != seen_state:
        raise ChangedSinceAsked(f"{case} is {case.state.replace('_', ' ')} by now, not {seen_state.replace('_', ' ')}")
    became = after(standing(case), act, person_of(by))
    # The case is locked: a form sent twice waits here, and then finds what the first one wrote.
    if key is not None and _done_before(case, key, became, by):
        return Acted(case.number, case.state, case.owner_id, case.snoozed_until)
    write([(case, became)], by=by, at=at, key=key)
    return Acted(case.number, became.state, became.owner, became.snoozed_until)


def _done_before(case: ExceptionCase, key: str, became: After, by: Actor) -> bool:
    found = CaseEvent.objects.filter(case=case, sent_key=key).first()
    if found and (found.kind, found.text, found.person_id) != (became.event, became.text, by.person_id):
        raise KeyReusedForAnotherPayload(f"this form was sent before and {found.kind} {case} in other words; reload it")
    return found is not None


def judge(
    cases: Sequence[ExceptionCase], act: Act, by: int
) -> tuple[list[tuple[ExceptionCase, After]], list[RowReport]]:
    """Split cases into those the act fits, with what they become, and those it does not, with the reason."""
    fitting, refused = [], []
    for case in cases:
        try:
            fitting.append((case, after(standing(case), act, by)))
        except Refusal as refusal:
            refused.append(RowReport(case.id, case.number, "refused", str(refusal)))
    return fitting, refused


def write(
    acts: Sequence[tuple[ExceptionCase, After]], *, by: Actor, at: datetime, key: str | None = None, **detail: Any
) -> None:
    """Move the cases by compare-and-set, append their events and audit rows. Raises ChangedSinceAsked when one
    moved."""
    alike: dict[tuple[str, str, int | None, datetime | None], list[int]] = defaultdict(list)
    for case, became in acts:
        alike[case.state, became.state, became.owner, became.snoozed_until].append(case.id)
    for (state, to, owner, until), ids in alike.items():
        moved = ExceptionCase.objects.filter(id__in=ids, state=state)
        if moved.update(state=to, owner_id=owner, snoozed_until=until) != len(ids):
            raise ChangedSinceAsked("a case moved in the meantime; look again")
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case, at=at, kind=became.event, actor=by.name or by.id, person_id=by.person_id, text=became.text,
            detail=detail, sent_key=key
        )
        for case, became in acts
    )  # fmt: skip
    for case, became in acts:
        audit.record(by, at, f"case.{became.event}", str(case), why=became.text, **detail)


def standing(case: ExceptionCase) -> Standing:
    """A case as the rules see it."""
    return Standing(str(case), case.state, case.owner_id, case.cause, case.snoozed_until)
