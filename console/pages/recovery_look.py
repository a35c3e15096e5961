"""A step of a recovery run that is done, as it is looked at: what it says of itself, the digests that bind it, its bundle to
download, what running it again found, and the class of each gap."""

from typing import Any

from django.urls import reverse

from console.pages.links import Link
from console.pages.recovery_classes import classed_list
from console.pages.recovery_correct import settled_list
from console.pages.recovery_evidence import bundle_named
from console.pages.recovery_said import facts_of, files_of
from console.pages.recovery_scope import further_says
from console.pages.recovery_work import worker_words
from console.pages.words import new_key
from ledger.actors import Actor
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.runs.run_pages import WholeRun
from reconciliation.recovery.runs.standing import CLASSIFY, CORRECT, EXPORT, RERUN, STEPS


def looked(found: WholeRun, step: int, actor: Actor, to: Link) -> dict[str, Any]:
    """templates/recovery/parts/look.html"""
    standing = found.standing
    row, said = standing.steps[step], standing.said(step)
    digests = [
        ("SHA-256 of the step before", bytes(row.previous).hex()),
        ("SHA-256 of this step", bytes(row.sha256).hex()),
    ]
    return {
        "kind": "look", "title": f"{step}. {STEPS[step]}", "by": row.done_by, "at": row.done_at,
        "says": further_says(standing.run) if step == RERUN else "",
        "facts": facts_of(step, said) + digests,
        "files": files_of(said) if step == EXPORT else [],
        "bundle": bundle_named(found, said["bundle"], actor) if step == EXPORT else None,
        "compared": _compared(found) if step == RERUN else None,
        "again": _again(found, actor) if step == RERUN else None,
        **worker_words(found.again_asked),
        "classed": classed_list(found, to) if step == CLASSIFY else None,
        "settled": settled_list(found, to) if step == CORRECT else None,
    }  # fmt: skip


def _compared(found: WholeRun) -> dict[str, Any] | None:
    """The newest comparison with the stored gaps: {same, at, by, words, digest}."""
    again = found.again
    if again is None:
        return None
    rows = f"{again.new_gaps:,} gap{'' if again.new_gaps == 1 else 's'} that {'is' if again.new_gaps == 1 else 'are'} not stored"
    words = "the same digest, 0 new rows" if again.same else f"another digest, {rows}; nothing was written"
    return {"same": again.same, "at": again.at, "by": again.asked_by, "words": words, "digest": again.digest}


def _again(found: WholeRun, actor: Actor) -> dict[str, str] | None:
    """The form that runs it again, for whoever may, while the run stands open and no worker has it."""
    standing, waits = found.standing, worker_words(found.again_asked)["waits"]
    if not allowed(actor, Permission.RUN_RECOVERY) or standing.end or waits:
        return None
    return {"href": reverse("recovery-step", args=[standing.run.number, RERUN]), "key": new_key()}
