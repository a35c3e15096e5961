"""What a close rests on: the run's drafts with what they would have blocked, and the planes as they were compared last.
Reads only."""

from dataclasses import dataclass
from typing import Any

from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.recovery.runs.closing_models import RecoveryComparison, RecoveryDraft, RecoveryMeasure
from reconciliation.recovery.runs.models import RecoveryRun


@dataclass(frozen=True, slots=True)
class TiedDraft:
    """A draft with the path that it closes; `measure` is of exactly its present words, None while a worker has it."""

    version: CheckpointVersion
    path: dict[str, Any]
    measure: RecoveryMeasure | None

    @property
    def holds(self) -> bool:
        """Whether it is in force and blocks a part of what happened."""
        active = self.version.state == CheckpointVersion.State.ACTIVE
        return active and self.measure is not None and self.measure.blocked > 0

    def said(self) -> dict[str, Any]:
        """As a close states it."""
        counted = self.measure and {"blocked": int(self.measure.blocked), "moves": int(self.measure.moves)}
        return {
            "version": str(self.version), "state": self.version.state, "path": self.path, "measured": counted,
            "document_sha256": bytes(self.version.document_sha256).hex(),
        }  # fmt: skip


def drafts_of(run: RecoveryRun) -> list[TiedDraft]:
    """The oldest first, without those that were discarded. Two queries."""
    tied = RecoveryDraft.objects.filter(run=run).exclude(version__state=CheckpointVersion.State.DISCARDED)
    measures = {
        (m.version_id, bytes(m.document_sha256)): m
        for m in RecoveryMeasure.objects.filter(run=run).select_related("backtest").order_by("id")
    }
    return [
        TiedDraft(t.version, t.path, measures.get((t.version_id, bytes(t.version.document_sha256))))
        for t in tied.select_related("version__policy").order_by("tied_at", "version_id")
    ]


def last_comparison(run: RecoveryRun) -> RecoveryComparison | None:
    """One query."""
    return RecoveryComparison.objects.filter(run=run).order_by("-id").first()
