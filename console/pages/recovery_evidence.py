"""The evidence of a recovery run as its page shows it: its parts, each carrying the digest of the one before, and its bundles."""

from typing import Any

from django.urls import reverse

from console.display import size
from console.pages.recovery_classes import who
from console.pages.recovery_words import short
from ledger.actors import Actor
from reconciliation.outbox_models import OutboxItem
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.runs.run_pages import WholeRun
from reconciliation.recovery.runs.standing import CLASSIFY, CORRECT, EXPORT, FREEZE, RERUN, TIGHTEN

EVIDENCE = {
    FREEZE: "Freeze window and planned end",
    EXPORT: "Event log, sealed",
    RERUN: "Matcher's terms, re-run and gaps",
    CLASSIFY: "Classes, every decision",
    CORRECT: "Corrections and acceptances",
    TIGHTEN: "Checkpoints, planes compared, close",
}


def evidence_parts(found: WholeRun) -> list[dict[str, Any]]:
    """[{text, at|None, digest, whole}], the run as it was opened first."""
    standing = found.standing
    done = [_part(EVIDENCE[n], row.done_at, bytes(row.sha256).hex()) for n, row in sorted(standing.steps.items())]
    opened = _part("Scope and pinned terms", standing.run.opened_at, bytes(standing.run.sha256).hex())
    due = standing.next_step
    if standing.end or due not in EVIDENCE:
        return [opened, *done]
    return [opened, *done, {"text": EVIDENCE[due], "at": None, "digest": "open", "whole": ""}]


def newest_bundle(found: WholeRun, actor: Actor) -> dict[str, Any] | None:
    """The newest bundle to download, with the form that seals another."""
    if not found.bundles:
        return None
    item = found.sealing
    return bundle_form(found.bundles[0], actor) | {
        "seal_href": reverse("recovery-evidence", args=[found.standing.run.number]),
        "waits": item is not None and item.state == OutboxItem.State.WAITING,
    }


def bundle_named(found: WholeRun, name: str, actor: Actor) -> dict[str, Any] | None:
    """The bundle called so, EB-1, to download."""
    return next((bundle_form(b, actor) for b in found.bundles if str(b) == name), None)


def bundle_form(b: EvidenceBundle, actor: Actor) -> dict[str, Any]:
    """{ref, href, size, digest, as_of, may, who}: a download is an act, because it is audited."""
    return {
        "ref": str(b), "href": reverse("evidence-hand-out", args=[b.number]), "size": size(b.size_bytes),
        "digest": bytes(b.file_sha256).hex(), "as_of": b.as_of,
        "may": allowed(actor, Permission.DOWNLOAD_EVIDENCE), "who": who(Permission.DOWNLOAD_EVIDENCE),
    }  # fmt: skip


def _part(text: str, at: Any, digest: str) -> dict[str, Any]:
    return {"text": text, "at": at, "digest": short(digest), "whole": digest}
