"""An order that nobody may move by hand for now: why, and where its move is asked for instead."""

from collections.abc import Sequence
from typing import Any

from console.pages.links import Link
from console.pages.words import in_major
from reconciliation.checkpoints.rules import Decision
from reconciliation.recovery.runs.open_gaps import OpenGap
from reconciliation.recovery.runs.standing import CORRECT


def frozen_words(order_ref: str, frozen: Decision | None, gaps: Sequence[OpenGap], to: Link) -> dict[str, Any] | None:
    """{reason|"", rows: [{ref, href|"", says}], says}. frozen: what policy says to a reader who else might move it; None
    without it and without a gap."""
    if frozen is None and not gaps:
        return None
    return {
        "reason": in_major(frozen.reason, "") if frozen else "",
        "rows": [
            {"ref": f"gap G-{g.gap} of RR-{g.run}", "href": to("recovery-run", g.run, gap=g.gap), "says": _turn(g)}
            for g in gaps
        ],
        "says": "" if gaps else f"No recovery run that stands open has a gap of {order_ref}: it moves again when the freeze ends.",
    }  # fmt: skip


def _turn(g: OpenGap) -> str:
    if g.step == CORRECT:
        return "asked for there, and approved by a second person"
    if g.step < CORRECT:
        return f"asked for there once the run is in its step {CORRECT}; it is in step {g.step}"
    return "no more: the corrections of the run are closed"
