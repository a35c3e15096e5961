"""What a request about a checkpoint changes, for templates/approvals/parts/decision.html."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.pages.checkpoint_effect import shut_out
from console.pages.words import plural
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
    for row in rows.values():
        row |= {side: row[side] or "none" for side in ("before", "after")}
    return list(rows.values()) + _tried(payload.get("backtest") or {})


def _tried(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the backtest said that its asker saw; nothing for one of before these figures were kept."""
    if "replayed" not in said or "blocked" not in said:
        return []
    window = f"{said['since'][:10]} to {said['until'][:10]}"
    stopped, delayed = said["stopped_right"]["moves"], said["delayed_right"]["moves"]
    return [
        {"label": "Backtest", "before": window, "after": _seen(said)},
        {"label": "Looser than today", "before": "", "after": _looser(said)},
        *({"label": "Forbids nearly all", "before": "", "after": words} for words in shut_out(said)),
        {"label": "Drift caught", "before": "", "after": plural(said["blocked"]["tally"]["moves"], "move")},
        {"label": "Right moves hindered", "before": "", "after": f"{stopped} stopped, {delayed} delayed"},
    ]


def _seen(said: Mapping[str, Any]) -> str:
    if not said["replayed"]:
        return "no move was recorded, so nothing is shown by it"
    return f"{plural(said['flips'], 'flip')} of {plural(said['replayed'], 'move')}"


def _looser(said: Mapping[str, Any]) -> str:
    """Whether more is let through than today, and of what no move of the window shows it."""
    if not said["looser"]:
        return "no"
    unseen = [VOCABULARY[m].words if m in VOCABULARY else m for m in said.get("unseen_looser", ())]
    return "yes, more is let through" + (f": {', '.join(unseen)}" if unseen else "")


def asked_about(payload: Mapping[str, Any]) -> dict[str, str]:
    """The link to the version that a request is about."""
    if not payload.get("version_id"):
        return {}
    named = f"{payload['title']} v{payload['number']}"
    return {"draft_ref": named, "draft_href": reverse("checkpoint", args=[payload["key"], payload["number"]])}


def override_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What an override lifts, for what, until when."""
    move = VOCABULARY[payload["move"]].words if payload["move"] in VOCABULARY else payload["move"]
    until = datetime.fromisoformat(payload["ends_at"])
    unknown = (
        ", which no plane knew when it was asked" if payload["payment_id"] and not payload.get("known", True) else ""
    )
    return [
        {"label": "Checkpoint", "before": "decides", "after": f"lifted until {until:%-d %b %H:%M} UTC"},
        {"label": "When", "before": "", "after": move},
        {"label": "For", "before": "", "after": f"{payload['payment_id'] or 'every payment'}{unknown}"},
        {"label": "Reason", "before": "", "after": f"{REASONS[payload['reason_code']]}, {payload['ticket']}"},
    ]


def checkpoint_href(key: str) -> str:
    """The page of the checkpoint that asked, "" for a request of before they had keys."""
    return reverse("checkpoint-of", args=[key]) if key else ""
