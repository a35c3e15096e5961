"""Where a run stands: what is done, what comes next, and whether it has ended. One place for whoever acts on a run."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from reconciliation.errors import NotFound, RequestNotOpen
from reconciliation.recovery.runs.models import RecoveryEnd, RecoveryRun, RecoveryStep
from reconciliation.recovery.runs.scope import RunScope

LEAST_WHY, LONGEST_WHY = 20, 2000  # of the reason why a run ends before its last step
FREEZE, EXPORT, RERUN, CLASSIFY, CORRECT, TIGHTEN = range(1, 7)
STEPS: dict[int, str] = {
    FREEZE: "Freeze", EXPORT: "Export the event log", RERUN: "Re-run commerce ↔ provider", CLASSIFY: "Classify the gaps",
    CORRECT: "Correct with approval", TIGHTEN: "Tighten the checkpoints",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A run with the steps that are done, by number."""

    run: RecoveryRun
    steps: dict[int, RecoveryStep]
    end: RecoveryEnd | None

    @property
    def next_step(self) -> int:
        """The step that is due, 7 after the last."""
        return max(self.steps, default=0) + 1

    @property
    def head(self) -> bytes:
        """The digest that the next step carries."""
        last = self.steps.get(self.next_step - 1)
        return bytes(last.sha256 if last else self.run.sha256)

    @cached_property
    def scope(self) -> RunScope:
        r = self.run
        return RunScope(r.first_on, r.until_on, tuple(r.planes), _tuple(r.accounts), _tuple(r.payments))

    def said(self, step: int) -> dict[str, Any]:
        """What a step that is done says of itself."""
        return self.steps[step].said


def standing_of(number: int) -> Standing:
    """Needs a tenant scope. Raises NotFound. Three queries."""
    run = RecoveryRun.objects.filter(number=number).first()
    if run is None:
        raise NotFound(f"no recovery run has the number {number}")
    return Standing(run, {s.step: s for s in run.steps.order_by("step")}, RecoveryEnd.objects.filter(run=run).first())


def hold_runs() -> None:
    """Have the tenant's runs to oneself until commit: of two who do the same at once, the second finds it done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7016, tenant())")


def require_open(standing: Standing) -> None:
    """Raise RequestNotOpen, saying when and by whom it was stopped."""
    if end := standing.end:
        raise RequestNotOpen(f"{standing.run} was {end.how} on {end.ended_at:%Y-%m-%d %H:%M} UTC by {end.ended_by}")


def days_said(first: date, until: date) -> str:
    return f"{first:%Y-%m-%d} to {until:%Y-%m-%d}"


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
