"""The audit page as its template takes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import moment
from console.pages.audit_words import detail_words, subject_words, whole
from console.pages.links import Link, links_for
from console.pages.paging import pager
from console.pages.verified import verified
from console.pages.words import new_key, plural
from console.pages.written import address_of
from ledger.actors import Actor
from ledger.audit_page import Block, Head, Line
from ledger.keyset import Page
from ledger.models import AuditAnchor, AuditVerification
from reconciliation.outbox_models import OutboxItem
from reconciliation.permissions import Permission, allowed, holders
from reconciliation.work_off import TAKEN_UP

SHOWN = 160


def audit_page(
    chain: dict[str, Any], page: Page[Line], words: tuple[list[str], list[str]], blocks: Sequence[Block],
    asked: Mapping[str, str], running: OutboxItem | None, actor: Actor,
) -> dict[str, Any]:  # fmt: skip
    """templates/audit/list.html"""
    number = chain["written"]
    return {
        "title": f"Audit: {plural(number, 'row')}",
        "sub": "Every act, with who did it, as which role and under which policy. Rows are appended, then sealed.",
        "chain": chain,
        "verify": {"href": reverse("audit-verify"), "key": new_key(), "why_not": _why_not(running, actor)},
        "blocks": [
            {"number": b.number, "rows": b.rows, "last": b.last_id, "sealed_at": b.sealed_at, "sha256": b.sha256,
             "verified": b.number <= chain["verified_blocks"]}
            for b in blocks
        ],
        "filters": {"href": reverse("audit"), "actions": _choices(words[0], asked["action"]),
                    "actors": _choices(words[1], asked["actor"]), **asked},
        "rows": [_row(line, links_for(actor)) for line in page.rows],
        "page": pager(page, [str(line.id) for line in page.rows], asked),
    }  # fmt: skip


def chain_context(
    top: Head | None, waiting: tuple[int, datetime | None], last: AuditVerification | None,
    running: OutboxItem | None, now: datetime, anchored: AuditAnchor | None,
) -> dict[str, Any]:  # fmt: skip
    """The state of the chain, in figures that add up: written = sealed + waiting, and sealed = verified + sealed since."""
    unsealed, since = waiting
    sealed = top.rows if top else 0
    proven = last.row_count - last.unsealed if last and last.ok else 0
    return {
        "state": verified(last)["state"], "word": "", "verified_at": last.at if last else None,
        "first_bad": last.first_bad if last else "", "rows": sealed, "written": sealed + unsealed,
        "blocks": top.number if top else 0, "head": top.sha256 if top else "",
        "verified_rows": proven, "verified_blocks": last.block_count if last and last.ok else 0,
        "since": max(sealed - proven, 0), "lag": max(now - since, now - now) if since else None, "unsealed": unsealed,
        "sealed_at": top.sealed_at if top else None, "anchor": _anchor(anchored, top),
        "running": _progress(running), "href": reverse("audit-chain"),
    }  # fmt: skip


def _anchor(anchored: AuditAnchor | None, top: Head | None) -> dict[str, Any] | None:
    """{at, where, says}"""
    if anchored is None:
        return None
    since = top.number - anchored.block if top else 0
    after = f"{plural(since, 'block')} sealed since" if since > 0 else "nothing sealed since"
    return {"at": anchored.at, "where": anchored.place, "says": f"block {anchored.block:,}, signed; {after}"}


def _progress(item: OutboxItem | None) -> str:
    """How far a verification is; "" when none is under way."""
    if item is None:
        return ""
    if not item.attempts:
        return "A verification waits for a worker"
    if item.last_error == TAKEN_UP:
        return "The chain and the book are being read"
    return f"It could not be made {plural(item.attempts, 'time')}; tried again {moment(item.due_at)} UTC"


def _why_not(running: OutboxItem | None, actor: Actor) -> str:
    if not allowed(actor, Permission.VERIFY):
        roles = " or ".join(role.replace("_", " ") for role in holders(Permission.VERIFY))
        return f"Verifying needs the role {roles}; you act as {actor.role.replace('_', ' ')}."
    return "A verification is under way." if running else ""


def _choices(values: Sequence[str], chosen: str) -> list[dict[str, str]]:
    return [{"value": v, "label": v} for v in sorted({*values, *([chosen] if chosen else [])})]


def _row(line: Line, to: Link) -> dict[str, Any]:
    return {
        "seq": line.id, "at": line.at, "actor": line.actor, "role": line.role, "action": line.action,
        "object": subject_words(line.action, line.subject), "object_href": address_of(line.subject, line.action, to),
        "text": _text(line), "whole": whole(line.subject, line.why, line.detail),
        "decision": "" if line.policy_version == "-" else line.policy_version, "sealed": line.sealed,
    }  # fmt: skip


def _text(line: Line) -> str:
    """Why, then the details, short enough for a row: the whole of it is in its title and in the verifier."""
    text = ". ".join(part for part in (line.why.rstrip(". "), detail_words(line.detail)) if part)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
