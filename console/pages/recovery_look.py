"""A step of a recovery run that is done, as it is looked at: what it says of itself, and the digests that bind it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from console.pages.words import new_key
from ledger.actors import Actor
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.runs.run_pages import WholeRun
from reconciliation.recovery.runs.standing import RERUN, STEPS


def looked(found: WholeRun, step: int, actor: Actor) -> dict[str, Any]:
    row = found.standing.steps[step]
    facts = [
        (name.replace("_", " ").capitalize(), _fact(value))
        for name, value in row.said.items()
        if name not in ("what", "run", "step") and value != ""
    ]
    facts += [
        ("SHA-256 of the step before", bytes(row.previous).hex()),
        ("SHA-256 of this step", bytes(row.sha256).hex()),
    ]
    again = None
    if step == RERUN and allowed(actor, Permission.RUN_RECOVERY) and found.standing.end is None:
        again = {"href": reverse("recovery-step", args=[found.standing.run.number, RERUN]), "key": new_key()}
    return {
        "again": again,
        "kind": "look",
        "title": f"{step}. {STEPS[step]}",
        "facts": facts,
        "by": row.done_by,
        "at": row.done_at,
    }


def _fact(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "; ".join(_draft(d) for d in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in value.items()) or "none"
    return (
        ", ".join(map(str, value))
        if isinstance(value, list)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def _draft(d: Mapping[str, Any]) -> str:
    """A checkpoint of the last step, in one line."""
    m = d["measured"]
    counted = f"would have blocked {m['blocked']:,} of {m['moves']:,}" if m else "not measured"
    return f"{d['version']}, {d['state']}, {counted}"
