"""What the pages of recovery runs show. Reads only; a fixed number of queries, however many gaps a run has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.approvals.inbox import open_request_about
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.outbox_models import OutboxItem
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.runs.asking import (
    COMPARE_PLANES,
    EXPORT_LOG,
    MEASURE_DRAFT,
    RERUN_MATCHER,
    SEAL_SO_FAR,
    last_asked,
)
from reconciliation.recovery.runs.classed import ClassedGap, classed_gaps
from reconciliation.recovery.runs.closing import TiedDraft, drafts_of, last_comparison
from reconciliation.recovery.runs.closing_models import RecoveryComparison
from reconciliation.recovery.runs.compared_again import ComparedAgain, compared_again
from reconciliation.recovery.runs.correcting import (
    AtHand,
    GapState,
    StateFigure,
    at_hand,
    figures_of,
    gaps_after,
    unsettled,
)
from reconciliation.recovery.runs.gates import Condition, gate_to, refused_attempts
from reconciliation.recovery.runs.models import RecoveryClass, RecoveryEnd, RecoveryGap, RecoveryRun, RecoveryStep
from reconciliation.recovery.runs.other_planes import OtherPlanes, other_planes
from reconciliation.recovery.runs.paths import paths_of
from reconciliation.recovery.runs.planned import Planned, planned, runners
from reconciliation.recovery.runs.standing import (
    CLASSIFY,
    CORRECT,
    EXPORT,
    FREEZE,
    RERUN,
    TIGHTEN,
    Standing,
    standing_of,
)
from reconciliation.recovery.runs.tightening import DriftPath

LISTED, FEW, MANY, CLASSED, BESIDE = 200, 5, 200, 50, 20
ASKED = {EXPORT: EXPORT_LOG, RERUN: RERUN_MATCHER}
BY_CLASS = """
SELECT coalesce(c.exception_class, g.suggested_class), g.asset, count(*), count(c.exception_class), sum(g.value_minor)
  FROM recovery_gap g
  LEFT JOIN LATERAL (SELECT exception_class FROM recovery_class WHERE tenant_id = g.tenant_id AND run_id = g.run_id
                        AND gap_id = g.id ORDER BY id DESC LIMIT 1) c ON true
 WHERE g.run_id = %s GROUP BY 1, 2
"""
GAPS = """
SELECT count(*), count(*) FILTER (WHERE EXISTS (
           SELECT FROM recovery_class c WHERE c.tenant_id = g.tenant_id AND c.run_id = g.run_id AND c.gap_id = g.id))
  FROM recovery_gap g WHERE g.run_id = %s
"""


@dataclass(frozen=True, slots=True)
class ListedRun:
    """`done` is the last step that is done, 0 before the first."""

    run: RecoveryRun
    done: int
    end: RecoveryEnd | None
    gaps: int
    planned: Planned


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """A class in one currency, as set or, where none is set, as suggested."""

    name: str
    asset: str
    gaps: int
    classified: int
    value: int


@dataclass(frozen=True, slots=True)
class WholeRun:
    """`gate` are the conditions of the next step; `asked` the work that a worker has for it; `sealing` the last
    asking for evidence; `left` the first gaps without a class; `gap` the one at hand with the classes that it was
    given, oldest first; `classed` how many have one; `oldest` when the oldest of those without one began;
    `classes` a page of those that have one, behind the gap `after`, while they are set and where the step is looked
    at; `again` what the re-run found when it was last run again, `again_asked` the work that a worker has for it, both
    where it is looked at."""

    standing: Standing
    gate: list[Condition]
    asked: OutboxItem | None
    bundles: list[EvidenceBundle]
    sealing: OutboxItem | None
    refused: int
    figures: list[ClassFigure]
    gaps: int
    classed: int
    left: list[RecoveryGap]
    gap: RecoveryGap | None
    given: list[RecoveryClass]
    oldest: datetime | None
    planned: Planned | None = None
    runners: Sequence[tuple[int, str]] = ()
    correcting: "Correcting | None" = None
    tightening: "Tightening | None" = None
    stopping: ApprovalRequest | None = None
    classes: Sequence[ClassedGap] = ()
    settled: Sequence[GapState] = ()
    after: int = 0
    again: ComparedAgain | None = None
    again_asked: OutboxItem | None = None


@dataclass(frozen=True, slots=True)
class Tightening:
    """The work of the last step. `asked` is the close that waits for a decision; `waits`: a worker measures or compares."""

    paths: list[DriftPath]
    drafts: list[TiedDraft]
    compared: RecoveryComparison | None
    asked: ApprovalRequest | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Correcting:
    """The work of the fifth step: figures by state and currency, the first gaps that are not settled, the one at hand, and what
    stands open between the planes that the re-run does not compare."""

    figures: list[StateFigure]
    rows: list[GapState]
    hand: AtHand | None
    beside: OtherPlanes


def all_runs() -> list[ListedRun]:
    """Those that stand open first, the newest of each before the older. Needs a tenant scope. Five queries."""
    runs = list(RecoveryRun.objects.defer("document").order_by("-number")[:LISTED])
    ids = [r.id for r in runs]
    done: dict[int, int] = {}
    for run_id, step in RecoveryStep.objects.filter(run_id__in=ids).values_list("run_id", "step"):
        done[run_id] = max(step, done.get(run_id, 0))
    ends = {e.run_id: e for e in RecoveryEnd.objects.filter(run_id__in=ids)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT run_id, count(*) FROM recovery_gap WHERE run_id = ANY(%s) GROUP BY 1", [ids])
        gaps = dict(cursor.fetchall())
    plans = planned(runs)
    told = [ListedRun(r, done.get(r.id, 0), ends.get(r.id), gaps.get(r.id, 0), plans[r.id]) for r in runs]
    return sorted(told, key=lambda x: (x.end is not None, -x.run.number))


def whole_run(
    number: int, at: datetime, *, gap: int = 0, many: bool = False, look: int = 0, after: int = 0
) -> WholeRun:
    """`gap` is the number of the one at hand, else the first that is left; `many`: not the first few alone; `look`: a step
    that is done and looked at; `after`: the gap behind which those with a class are listed. Needs a tenant scope. Raises
    NotFound. At most nineteen queries."""
    standing = standing_of(number)
    run, due = standing.run, standing.next_step
    found = RERUN in standing.steps
    left = _left(run, many) if found and due == CLASSIFY else []
    one = _at_hand(run, gap, left) if found and due == CLASSIFY else None
    gaps, classed = _counted(run) if found else (0, 0)
    window = standing.steps.get(FREEZE)
    shown = look if look in standing.steps else due
    listed, reran = found and shown == CLASSIFY, shown == RERUN and found
    return WholeRun(
        standing, gate_to(due, standing, at) if standing.end is None and due <= TIGHTEN else [],
        last_asked(ASKED[due], run) if due in ASKED else None,
        list(EvidenceBundle.objects.filter(subject=str(run)).defer("manifest").order_by("-id")),
        last_asked(SEAL_SO_FAR, run) if EXPORT in standing.steps else None,
        _refused(standing) if window else 0, _figures(run) if found else [], gaps, classed, left, one,
        list(RecoveryClass.objects.filter(gap=one).order_by("id")) if one else [],
        min((g.since_at for g in left), default=None),
        planned([run])[run.id], runners() if standing.end is None else (),
        _correcting(standing, gap, many) if due == CORRECT else None,
        _tightening(standing) if due == TIGHTEN else None,
        last_stop(run) if window and standing.end is None else None,
        classed_gaps(run, after=after, most=CLASSED) if listed else (),
        gaps_after(run, after, CLASSED) if shown == CORRECT and CORRECT in standing.steps else (), after,
        compared_again(run) if reran else None, last_asked(RERUN_MATCHER, run) if reran else None,
    )  # fmt: skip


def _correcting(standing: Standing, gap: int, many: bool) -> Correcting:
    run = standing.run
    rows = unsettled(run, MANY if many else FEW)
    wanted = gap or (rows[0].number if rows else 0)
    hand = at_hand(run, wanted) if wanted else None
    return Correcting(figures_of(run), rows, hand, other_planes(standing, BESIDE))


def _tightening(standing: Standing) -> Tightening:
    run = standing.run
    waiting = OutboxItem.objects.filter(
        kind__in=(MEASURE_DRAFT, COMPARE_PLANES), payload__run=run.number, state=OutboxItem.State.WAITING
    )
    asked = open_request_about("close_recovery", str(run))
    return Tightening(paths_of(standing), drafts_of(run), last_comparison(run), asked, waiting.exists())


def last_stop(run: RecoveryRun) -> ApprovalRequest | None:
    """The newest request to stop a run, however it ended. One query."""
    return ApprovalRequest.objects.filter(kind="stop_recovery", subject=str(run)).order_by("-id").first()


def _refused(standing: Standing) -> int:
    step = standing.steps[FREEZE]
    return refused_attempts(int(step.said["freeze"].removeprefix("FW-")), step.done_at)


def _figures(run: RecoveryRun) -> list[ClassFigure]:
    return [ClassFigure(name, asset, n, done, int(value)) for name, asset, n, done, value in _rows(BY_CLASS, run.id)]


def _counted(run: RecoveryRun) -> tuple[int, int]:
    ((gaps, classed),) = _rows(GAPS, run.id)
    return int(gaps), int(classed)


def _rows(query: str, run_id: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [run_id])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _left(run: RecoveryRun, many: bool) -> list[RecoveryGap]:
    classed = RecoveryClass.objects.filter(run=run).values("gap_id")
    rows = RecoveryGap.objects.filter(run=run).exclude(id__in=classed).order_by("number")
    return list(rows.defer("evidence")[: MANY if many else FEW])


def _at_hand(run: RecoveryRun, number: int, left: list[RecoveryGap]) -> RecoveryGap | None:
    """The gap that was asked for, else the first that is left."""
    wanted = number or (left[0].number if left else 0)
    return RecoveryGap.objects.filter(run=run, number=wanted).first() if wanted else None
