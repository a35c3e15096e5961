"""What a matcher may resolve by itself, policy says: asked once per class of a run, with the count and digest of its cases."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reconciliation.checkpoints.decide import record_whatever
from reconciliation.checkpoints.rules import Move

BY_RULE = "case.resolve_by_rule"


def let_rules_end(items: Sequence[dict[str, Any]], *, pair: str, run_label: str, at: datetime) -> None:
    """Name the decision in each item's `auto`, or take `auto` away where policy does not let a rule end it: then the case stays
    open for a person."""
    alike: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        if "auto" in item:
            alike[item["class"]].append(item)
    for name, members in sorted(alike.items()):
        facts = {"exception_class": name, "plane_pair": pair, "run": run_label, "door": "rule", "role": ["job"]}
        decided = record_whatever(
            Move(BY_RULE, facts), at=at, subjects=(f"{i['payment']} {i['contribution']}" for i in members)
        )
        for item in members:
            if decided.decision.outcome == "automatic":
                item["auto"] |= {"decision": decided.id}
            else:
                del item["auto"]
