"""What an approver sees of a request that a recovery run made, from its payload alone."""

from collections.abc import Mapping
from typing import Any

from console.display import signed
from console.pages.words import in_major, plural
from ledger.assets import EXPONENTS
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.checkpoints.vocabulary import VOCABULARY

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
    told = [
        ("Payment", payload["payment"] or "none"), ("Order", payload["order"] or "none"),
        ("Class", CLASSES[payload["exception_class"]].words), ("Value", value), ("Because", payload["reason"]),
    ]  # fmt: skip
    return gap_facts(payload, asset) + [{"label": label, "before": "", "after": text} for label, text in told]


def close_facts(payload: Mapping[str, Any]) -> Facts:
    """What a close ends, and what it rests on."""
    told = [
        ("Recovery", f"RR-{payload['run']} open, informal tools frozen", "closed, freeze ended"),
        ("Gaps", "", f"{payload['gaps']}: {payload['corrected']} corrected and seen gone, {payload['accepted']} accepted"),
        *[("Checkpoint", _words(d), measured(d)) for d in payload["drafts"]],
        *[(PAIR_WORDS[name], plural(p["differences"], "difference"), f"{p['unexplained']} unexplained")
          for name, p in payload["pairs"].items()],
        ("No checkpoint in force", "", payload["untightened"]), ("What is left is explained by", "", payload["explanation"]),
        ("Comparison", "", f"SHA-256 {_ends(payload['comparison_sha256'])}"),
        ("Step before", "", f"SHA-256 {_ends(payload['head'])}"),
    ]  # fmt: skip
    return [{"label": label, "before": before, "after": after} for label, before, after in told if after]


def measured(d: Mapping[str, Any]) -> str:
    """A draft as a close states it: its version, how it stands, and what it would have blocked."""
    m = d["measured"]
    counted = f"would have blocked {m['blocked']:,} of {m['moves']:,} moves" if m else "not held against the period"
    return f"{d['version']}, {d['state']}: {counted}"


def _words(d: Mapping[str, Any]) -> str:
    move = d["path"]["move"]
    return VOCABULARY[move].words if move in VOCABULARY else move


def _ends(digest: str) -> str:
    """The whole stands in the run's evidence."""
    return f"{digest[:16]}…{digest[-8:]}"
