"""What an approver sees of a request that a recovery run made, from its payload alone."""

from collections.abc import Mapping
from typing import Any

from console.display import signed
from console.pages.words import in_major
from ledger.assets import EXPONENTS
from reconciliation.cases.taxonomy import CLASSES

Facts = list[dict[str, str]]


def gap_facts(payload: Mapping[str, Any], asset: str) -> Facts:
    """Which gap of which run, and what differs there."""
    told = [
        ("Recovery", f"RR-{payload['run']}, gap G-{payload['gap']}"),
        ("What differs", in_major(payload["difference"], asset)),
    ]
    return [{"label": label, "before": "", "after": text} for label, text in told]


def acceptance_facts(payload: Mapping[str, Any]) -> Facts:
    """What stays as it is, and why."""
    asset = payload["currency"]
    value = f"{signed(int(payload['value_minor']), EXPONENTS[asset])} {asset}" if asset else "none"
    told = [("Class", CLASSES[payload["exception_class"]].words), ("Value", value), ("Because", payload["reason"])]
    return gap_facts(payload, asset) + [{"label": label, "before": "", "after": text} for label, text in told]
