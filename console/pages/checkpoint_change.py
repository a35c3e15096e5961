"""What a request about a checkpoint changes, for templates/approvals/parts/decision.html."""

from collections.abc import Mapping
from typing import Any

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
