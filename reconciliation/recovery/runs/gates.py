"""The gate before each step: its conditions, each met or not, with the fact. What a page shows is what an act asks."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from reconciliation.checkpoints.freeze_models import FreezeEnd
from reconciliation.recovery.runs.closing import drafts_of, last_comparison
from reconciliation.recovery.runs.correcting import SETTLED, figures_of
from reconciliation.recovery.runs.errors import GateClosed, TermsChanged
from reconciliation.recovery.runs.models import RecoveryClass, RecoveryGap
from reconciliation.recovery.runs.open_ways import open_ways
from reconciliation.recovery.runs.pins import require_unchanged
from reconciliation.recovery.runs.read_period import log_digest, values_of
from reconciliation.recovery.runs.standing import (
    CLASSIFY,
    CORRECT,
    EXPORT,
    FREEZE,
    RERUN,
    TIGHTEN,
    Standing,
    require_open,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """`met`, and the fact in words; `instead` names the field of a close that may be written in its place."""

    met: bool
    text: str
    instead: str = ""


def gate_to(step: int, standing: Standing, at: datetime) -> list[Condition]:
    """What must hold for `step` to be done, and for the one after the classes to open. A handful of queries."""
    found = []
    if step == TIGHTEN:
        return closing_conditions(standing)
    if step > FREEZE:
        found.append(_frozen(standing))
    if step > EXPORT:
        found.append(_log_unchanged(standing))
    if step == RERUN:
        found.append(_terms_unchanged(standing, at))
    if step == CLASSIFY:
        found += [_ran_on_its_terms(standing), *_classified(standing)]
    if step == CORRECT:
        found += [_ran_on_its_terms(standing), *_settled(standing)]
    return found


def require_turn(step: int, standing: Standing) -> None:
    """Raise RequestNotOpen for a run that has ended, GateClosed unless it is this step's turn."""
    require_open(standing)
    if step != standing.next_step:
        done = "is done" if step < standing.next_step else f"opens after step {step - 1}"
        raise GateClosed(f"step {step} of {standing.run} {done}")


def require_gate(step: int, standing: Standing, at: datetime) -> None:
    """Raise GateClosed unless it is this step's turn and every condition is met, naming those that are not."""
    require_turn(step, standing)
    if not_met := [c.text for c in gate_to(step, standing, at) if not c.met]:
        raise GateClosed(f"the gate to step {step} of {standing.run} is closed: {'; '.join(not_met)}")


def unclassified(run_id: int) -> int:
    """How many gaps of the run have no class yet. One query."""
    classed = RecoveryClass.objects.filter(run_id=run_id).values("gap_id")
    return RecoveryGap.objects.filter(run_id=run_id).exclude(id__in=classed).count()


REFUSED = """
SELECT count(*) FROM checkpoint_decision
 WHERE at >= %s AND outcome = 'forbidden' AND policy = 'Freeze window' AND policy_version = %s
"""


def refused_attempts(freeze_number: int, since: datetime) -> int:
    """Attempts that the window refused. One query."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, [since, freeze_number])
        return int(cursor.fetchone()[0])


def _frozen(standing: Standing) -> Condition:
    step = standing.steps.get(FREEZE)
    if step is None:
        return Condition(False, "the freeze is not in force yet")
    if ended := FreezeEnd.objects.filter(window_id=step.freeze_id).first():
        return Condition(False, f"the freeze was lifted on {ended.ended_at:%Y-%m-%d %H:%M} UTC")
    return Condition(True, "the freeze is in force and was never lifted")


def _log_unchanged(standing: Standing) -> Condition:
    if EXPORT not in standing.steps:
        return Condition(False, "the event log is not exported yet")
    said = standing.said(EXPORT)
    count, digest = log_digest(values_of(standing.scope, datetime.fromisoformat(said["as_of"])))
    if digest == said["log_sha256"]:
        return Condition(True, "the export's digest still equals the log")
    return Condition(
        False, f"the log of the period differs from the export: {count:,} events, {said['events']:,} were exported"
    )


def _terms_unchanged(standing: Standing, at: datetime) -> Condition:
    pins = standing.run.pinned
    try:
        require_unchanged(pins, *standing.scope.instants, at)
    except TermsChanged as changed:
        return Condition(False, str(changed))
    numbers = ", ".join(f"v{p['number']}" for p in pins["in_period"])
    return Condition(True, f"the matcher's terms are those of the period ({numbers}), unchanged")


def _ran_on_its_terms(standing: Standing) -> Condition:
    if RERUN not in standing.steps:
        return Condition(False, "the matcher was not re-run yet")
    same = standing.said(RERUN)["terms_sha256"] == standing.run.pinned["sha256"]
    words = "the terms that were pinned" if same else "other terms than were pinned"
    return Condition(same, f"the matcher ran on {words}")


def _classified(standing: Standing) -> list[Condition]:
    left = unclassified(standing.run.id)
    words = f"{left:,} {'gap has' if left == 1 else 'gaps have'} no class yet" if left else "every gap has a class"
    return [Condition(not left, words), Condition(True, "the class “other” does not exist here")]


def closing_conditions(standing: Standing) -> list[Condition]:
    """What must hold for the run to be closed, or be said instead."""
    return [_frozen(standing), _log_unchanged(standing), _tightened(standing), _compared(standing)]


def _tightened(standing: Standing) -> Condition:
    holding = [d for d in drafts_of(standing.run) if d.holds]
    if not holding:
        return Condition(False, "no checkpoint that this run drafted is in force", "untightened")
    said = [
        f"{d.version} would have blocked {d.measure.blocked:,} of {d.measure.moves:,} moves"
        for d in holding
        if d.measure
    ]
    left = [path.words for path in open_ways(standing)]
    return Condition(
        True, f"in force: {'; '.join(said)}" + (f". Left open: {'; '.join(left)}" if left else ""), "untightened"
    )


def _compared(standing: Standing) -> Condition:
    last = last_comparison(standing.run)
    if last is None:
        return Condition(False, "the planes were not compared since the gaps were corrected")
    n = last.unexplained
    words = (
        f"{n:,} {'difference is' if n == 1 else 'differences are'} left unexplained"
        if n
        else "nothing is left unexplained"
    )
    return Condition(not n, f"the planes were compared on {last.at:%Y-%m-%d %H:%M} UTC: {words}", "explanation")


LEFT = {
    "open": "with nothing asked for", "asked": "waiting for a decision", "look": "corrected and not looked at since",
    "remains": "corrected and still there",
}  # fmt: skip


def _settled(standing: Standing) -> list[Condition]:
    """One condition for all gaps, saying what those that are left wait for."""
    left: dict[str, int] = {}
    for figure in figures_of(standing.run):
        if figure.state not in SETTLED:
            left[figure.state] = left.get(figure.state, 0) + figure.gaps
    said = [f"{left[state]:,} {words}" for state, words in LEFT.items() if state in left]
    total = sum(left.values())
    words = f"{total:,} {'gap is' if total == 1 else 'gaps are'} not settled: {', '.join(said)}"
    return [Condition(not total, words if total else "every gap is corrected and seen gone, or accepted by two people")]
