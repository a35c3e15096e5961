"""The work of a recovery run's first three steps: what the freeze refuses and leaves possible, and what a worker is asked for."""

from typing import Any

from console.pages.recovery_scope import further_says
from console.pages.recovery_words import FROZEN, STILL
from console.pages.words import plural
from reconciliation.outbox_models import OutboxItem
from reconciliation.recovery.runs.run_pages import WholeRun
from reconciliation.recovery.runs.standing import EXPORT, RERUN

ASKED_SAYS = {
    EXPORT: "The provider's event log of the period is sealed as one file: events, deliveries with the digests of their"
    " bodies, orders, a manifest of hashes, and the audit trail with its proof.",
    RERUN: "The matcher judges the period anew by the terms that were in force in it, on verified events and commerce"
    " references alone, as of the export. It writes no match, no case and no event; what it finds is stored once as gaps.",
}


def freeze_work() -> dict[str, Any]:
    """templates/recovery/parts/due.html of the first step"""
    return {
        "says": "From the freeze until the run has ended, this is refused to everybody, whatever their role, at the screen"
        " and by the API:",
        "tools": list(FROZEN.values()), "still": list(STILL), "verb": f"Freeze {len(FROZEN)} tools",
    }  # fmt: skip


def ask_work(found: WholeRun, step: int) -> dict[str, Any]:
    """The same of the second and the third."""
    return {
        "says": ASKED_SAYS[step], "further": further_says(found.standing.run) if step == RERUN else "",
        "verb": "Export the log" if step == EXPORT else "Re-run the matcher", **worker_words(found.asked),
    }  # fmt: skip


def worker_words(item: OutboxItem | None) -> dict[str, Any]:
    """Whether a worker has it, and what went wrong: {waits, trouble|""}."""
    if item is None:
        return {"waits": False, "trouble": ""}
    waits = item.state == OutboxItem.State.WAITING
    trouble = f"It could not be done: {item.last_error}" if item.state == OutboxItem.State.DEAD else ""
    if waits and item.attempts and item.last_error:
        trouble = f"Tried {plural(item.attempts, 'time')}: {item.last_error}"
    return {"waits": waits, "trouble": trouble}
