"""The audit page as its template takes it."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import count, digest
from console.pages.paging import pager
from console.pages.verified import verified
from console.pages.written import address_of
from ledger.audit_page import Block, Head, Line
from ledger.keyset import Page
from ledger.models import AuditVerification

SHOWN = 160
DIGEST = re.compile(r"[0-9a-f]{64}")


def audit_page(
    top: Head | None, waiting: tuple[int, datetime | None], page: Page[Line], words: tuple[list[str], list[str]],
    blocks: Sequence[Block], asked: Mapping[str, str], now: datetime, last: AuditVerification | None,
) -> dict[str, Any]:  # fmt: skip
    """templates/audit/list.html"""
    unsealed, since = waiting
    covered = top.rows if top else 0
    return {
        "title": f"Audit: {count(covered)} row{'' if covered == 1 else 's'} sealed, {count(unsealed)} not yet",
        "sub": "Every act, with who did it, as which role and under which policy. Rows are appended, then sealed.",
        "chain": {
            "state": verified(last)["state"], "word": "", "verified_at": last.at if last else None,
            "first_bad": last.first_bad if last else "", "rows": covered, "head": top.sha256 if top else "",
            "lag": max(now - since, now - now) if since else None, "unsealed": unsealed,
            "sealed_at": top.sealed_at if top else None, "anchor": None,
        },
        "verify": None,
        "blocks": blocks,
        "filters": {"href": reverse("audit"), "actions": _choices(words[0], asked["action"]),
                    "actors": _choices(words[1], asked["actor"]), **asked},
        "rows": [_row(line) for line in page.rows],
        "page": pager(page, [str(line.id) for line in page.rows], asked),
    }  # fmt: skip


def _choices(values: Sequence[str], chosen: str) -> list[dict[str, str]]:
    return [{"value": v, "label": v} for v in sorted({*values, *([chosen] if chosen else [])})]


def _row(line: Line) -> dict[str, Any]:
    return {
        "seq": line.id, "at": line.at, "actor": line.actor, "role": line.role, "action": line.action,
        "object": line.subject, "object_href": address_of(line.subject), "text": _text(line),
        "decision": "" if line.policy_version == "-" else line.policy_version, "sealed": line.sealed,
    }  # fmt: skip


def _text(line: Line) -> str:
    """Why, then the details, short enough for a row: the whole of it is in the export and the verifier."""
    told = [f"{name.replace('_', ' ')} {_plain(value)}" for name, value in line.detail.items()]
    text = ". ".join(part for part in (line.why.rstrip(". "), ", ".join(told)) if part)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _plain(value: object) -> str:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return " to ".join(value) if len(value) == 2 else ", ".join(value) or "none"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return digest(value) if DIGEST.fullmatch(value) else value
