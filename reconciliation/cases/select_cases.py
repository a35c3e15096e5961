"""Freeze the exact cases that a bulk act will be about, and say beforehand what it will do to each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from ledger import audit
from ledger.actors import Actor
from reconciliation.cases.acting import RowReport, judge, worker
from reconciliation.cases.acts import Act, Assign, Note, Snooze
from reconciliation.cases.models import CaseSelection, ExceptionCase
from reconciliation.errors import BadInput, NotFound

MOST = 10_000
# What the preview judges by. Who, until when and which words are chosen after; they do not change which cases an act
# fits.
LIKE: dict[str, Act] = {
    "assign": Assign(0, "the chosen person"),
    "snooze": Snooze(datetime.max.replace(tzinfo=UTC), ""),
    "note": Note(""),
}
WILL = {"assign": "gets the chosen owner", "snooze": "sleeps until the chosen day", "note": "gets the note"}


@dataclass(frozen=True, slots=True)
class Selected:
    """The frozen selection. `nets` are signed contributions in minor units by currency, never added across."""

    public_id: UUID
    act: str
    count: int
    nets: dict[str, int]
    rows: tuple[RowReport, ...]


def select_cases(*, case_ids: Sequence[int], act: str, actor: Actor, at: datetime) -> Selected:
    """Store the selection and preview it; the cases themselves stay as they are. Needs a tenant scope.

    Raises NotPermitted, BadInput (unknown act, none or more than 10,000 cases), NotFound when one id is unknown: then
    nothing is selected, for the reader saw another list than this one.
    """
    me = worker(actor)
    wanted = sorted(set(case_ids))
    if act not in LIKE:
        raise BadInput(f"a bulk act is one of {', '.join(LIKE)}", "act")
    if not 1 <= len(wanted) <= MOST:
        raise BadInput(f"a selection holds 1 to {MOST:,} cases, this one {len(wanted):,}", "cases")
    cases = list(ExceptionCase.objects.filter(id__in=wanted).order_by("number"))
    if len(cases) != len(wanted):
        raise NotFound(f"{len(wanted) - len(cases)} of the {len(wanted)} cases are unknown; nothing was selected")
    nets: dict[str, int] = defaultdict(int)
    for case in cases:
        nets[case.currency] += int(case.contribution_minor)
    fitting, refused = judge(cases, LIKE[act], me)
    rows = [RowReport(case.id, case.number, "will", WILL[act]) for case, _ in fitting] + refused
    made = CaseSelection.objects.create(made_by_id=me, made_at=at, act=act, case_ids=[c.id for c in cases])
    made.refresh_from_db(fields=["public_id"])
    audit.record(actor, at, "cases.selected", str(made.public_id), act=act, count=len(cases))
    return Selected(made.public_id, act, len(cases), dict(nets), tuple(sorted(rows, key=lambda r: r.number)))
