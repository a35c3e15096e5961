"""Do one act to every case of a frozen selection, and report row by row."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ledger.actors import Actor
from reconciliation.cases.acting import RowReport, assign_to, judge, worker, write
from reconciliation.cases.acts import Act, note_of, snooze_until
from reconciliation.cases.models import CaseEvent, CaseSelection, ExceptionCase
from reconciliation.errors import BadInput, NotFound


@dataclass(frozen=True, slots=True)
class BulkReport:
    """One row per case of the selection, by number. `repeated`: this selection was acted on before, nothing was done
    now."""

    act: str
    rows: tuple[RowReport, ...]
    repeated: bool = False

    @property
    def done(self) -> int:
        return sum(1 for r in self.rows if r.outcome == "done")

    @property
    def refused(self) -> int:
        return sum(1 for r in self.rows if r.outcome == "refused")


def bulk_act(
    *, selection: str, actor: Actor, at: datetime, to: int | None = None, until: date | None = None, text: str = ""
) -> BulkReport:
    """Assign (`to`), snooze (`until`, `text` the reason) or note (`text`) exactly the cases selected. Needs a tenant
    scope.

    A case that the act does not fit any more is reported and left alone. Raises NotPermitted, NotFound (no such
    selection of this person), BadInput, ReasonMissing.
    """
    me = worker(actor)
    chosen = _selection(selection, me)
    act = _act(chosen.act, me, to, until, text, at)
    held = ExceptionCase.objects.select_for_update(no_key=True).filter(id__in=chosen.case_ids).order_by("id")
    cases = sorted(held, key=lambda c: c.number)
    # The rows are locked: a second click waits here, and then finds the first one's events.
    before = set(
        CaseEvent.objects.filter(case_id__in=chosen.case_ids, detail__selection=str(chosen.public_id)).values_list(
            "case_id", flat=True
        )
    )
    if before:
        rows = [
            RowReport(
                c.id,
                c.number,
                "done" if c.id in before else "refused",
                "done before" if c.id in before else "left alone",
            )
            for c in cases
        ]
        return BulkReport(chosen.act, tuple(rows), repeated=True)
    fitting, refused = judge(cases, act, me)
    write(fitting, by=actor, at=at, selection=str(chosen.public_id))
    done = [RowReport(case.id, case.number, "done", became.text) for case, became in fitting]
    return BulkReport(chosen.act, tuple(sorted([*done, *refused], key=lambda r: r.number)))


def _selection(public_id: str, me: int) -> CaseSelection:
    try:
        found = CaseSelection.objects.filter(public_id=UUID(str(public_id)), made_by_id=me).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("no such selection of yours")
    return found


def _act(name: str, me: int, to: int | None, until: date | None, text: str, at: datetime) -> Act:
    if name == "assign":
        return assign_to(me if to is None else to)
    if name == "note":
        return note_of(text)
    if until is None:
        raise BadInput("until which day?", "until")
    return snooze_until(until, text, at)
