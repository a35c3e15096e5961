"""What a request about a checkpoint changes, for templates/approvals/parts/decision.html."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.policies.request_override import REASONS
from reconciliation.policies.wording import changes


def checkpoint_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each part of the sentence that changes, with its clause, before and after."""
    rows: dict[tuple[int, str], dict[str, str]] = {}
    for change in changes(payload["was"], payload["document"]):
        part = change.part
        label = f"{part.clause}. {part.label}" if part.clause else part.label
        row = rows.setdefault((part.clause, part.label), {"label": label, "before": "", "after": ""})
        row["before" if change.sign == "-" else "after"] = part.text
    return list(rows.values())


def override_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What an override lifts, for what, until when."""
    move = VOCABULARY[payload["move"]].words if payload["move"] in VOCABULARY else payload["move"]
    until = datetime.fromisoformat(payload["ends_at"])
    return [
        {"label": "Checkpoint", "before": "decides", "after": f"lifted until {until:%-d %b %H:%M} UTC"},
        {"label": "When", "before": "", "after": move},
        {"label": "For", "before": "", "after": payload["payment_id"] or "every payment"},
        {"label": "Reason", "before": "", "after": f"{REASONS[payload['reason_code']]}, {payload['ticket']}"},
    ]


def checkpoint_href(key: str) -> str:
    """The page of the checkpoint that asked, "" for a request of before they had keys."""
    return reverse("checkpoint-of", args=[key]) if key else ""
