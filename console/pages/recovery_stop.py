"""How a recovery run ends before its last step: withdrawn by one while nothing is frozen, stopped by two after that."""

from typing import Any

from django import forms

from console.pages.links import Link
from console.pages.settings import box
from console.recovery_forms import StopRun
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.recovery.runs.run_pages import WholeRun
from reconciliation.recovery.runs.standing import FREEZE

STOP_SAYS = (
    "A second person decides, since a stop lifts the freeze. What was done stays on record, and the scope is free for"
    " another run."
)
WITHDRAW_SAYS = "Nothing is frozen yet: the run ends at once, and the scope is free for another."


def stop_box(found: WholeRun, sent: forms.Form | None) -> dict[str, Any]:
    """templates/settings/form_box.html, shut until it is wanted. `sent` came back with what was wrong with it."""
    run, form = found.standing.run, sent or StopRun()
    frozen = FREEZE in found.standing.steps
    title, verb = ("Stop this run", f"Ask to stop {run}") if frozen else ("Withdraw this run", f"Withdraw {run}")
    says = STOP_SAYS if frozen else WITHDRAW_SAYS
    return box("recovery-stop", form, title, verb, says, "stop-", [str(run.number)]) | {"folded": True}


def stop_waits(found: WholeRun) -> bool:
    """Whether a second person has still to decide on a stop."""
    return found.stopping is not None and found.stopping.state == ApprovalRequest.State.OPEN


def stop_asked(found: WholeRun, to: Link) -> dict[str, Any] | None:
    """The stop that waits for a second person, or the last one that was asked for in vain."""
    asked = found.stopping
    if asked is None:
        return None
    waits = stop_waits(found)
    says = (
        "The stop waits for a second person; until then the freeze holds."
        if waits
        else "A stop was asked for, and the run goes on."
    )
    return {
        "says": says, "ref": str(asked), "href": to("approval", asked.number), "by": asked.made_by_label, "at": asked.made_at,
        "state": "" if waits else asked.state.replace("_", " "),
    }  # fmt: skip
