"""Escalation rules as documents: what ships is the runbook's four, and what may be asked for instead. Pure.

A signal is one of a closed list. Nothing here speaks of timing: a day that differs in timing alone, or is unknown, gives no
signal. Source: DOMAIN, Escalation.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from reconciliation.errors import BadInput
from reconciliation.matching.planes.asked_terms import minor_by_asset

Signal = Literal["cause_1_clear", "soak_drift", "cause_4", "sustained_drift"]
Severity = Literal["follow-up", "notify", "page"]
SIGNALS: tuple[Signal, ...] = ("cause_1_clear", "soak_drift", "cause_4", "sustained_drift")
SEVERITIES: tuple[Severity, ...] = ("follow-up", "notify", "page")
OF_CAUSE: dict[int, Signal] = {1: "cause_1_clear", 4: "cause_4"}
KEY = re.compile(r"[a-z][a-z0-9-]{1,40}")
MOST_RULES, MOST_RECEIVERS, LONGEST_TITLE, MOST_HOURS = 20, 10, 120, 720
FIELDS = frozenset({"title", "signal", "severity", "receivers", "hours", "least", "enabled"})


@dataclass(frozen=True, slots=True)
class Rule:
    """`hours` is how long drift lasts before it is sustained, 0 of other signals. `least`: gross drift in minor units as text by
    asset, below which the rule is silent. `version` 0 is as shipped."""

    key: str
    title: str
    signal: Signal
    severity: Severity
    receivers: tuple[str, ...]
    hours: int = 0
    least: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    version: int = 0

    @property
    def document(self) -> dict[str, Any]:
        """As requests and versions keep it."""
        said = asdict(self)
        return {name: said[name] for name in sorted(FIELDS)} | {"receivers": list(self.receivers)}

    def hears(self, gross_minor: int, asset: str) -> bool:
        """Whether so much gross drift, in minor units, is enough to speak."""
        return gross_minor >= int(self.least.get(asset, "0"))


SHIPPED = (
    Rule("cause-1", "A rejected payment to follow up", "cause_1_clear", "follow-up", ("on-call",)),
    Rule("soak-drift", "Drift broke the run of clean days", "soak_drift", "notify", ("engineering", "finance")),
    Rule("cause-4", "The bank settled what we never initiated", "cause_4", "page", ("security",)),
    Rule("sustained-drift", "Drift for more than a day", "sustained_drift", "page", ("finance", "engineering"), 24),
)


def asked_rule(key: str, said: Mapping[str, Any], version: int = 0) -> Rule:
    """Check a document. Raises BadInput naming the field."""
    if not KEY.fullmatch(key):
        raise BadInput("a rule's key is 2 to 41 lower-case letters, digits and hyphens, a letter first", "key")
    if unknown := sorted(set(said) - FIELDS):
        raise BadInput(f"unknown field {unknown[0]!a:.80}", f"{unknown[0]:.80}")
    signal, severity, enabled = said.get("signal"), said.get("severity"), said.get("enabled", True)
    if signal not in SIGNALS:
        raise BadInput(f"a signal is one of {', '.join(SIGNALS)}", "signal")
    if severity not in SEVERITIES:
        raise BadInput(f"a severity is one of {', '.join(SEVERITIES)}", "severity")
    if not isinstance(enabled, bool):
        raise BadInput("a rule is on or off: true or false", "enabled")
    least = said.get("least", {})
    if not isinstance(least, dict):
        raise BadInput("the least gross drift is given by asset", "least")
    return Rule(
        key, _title(said.get("title")), signal, severity, _receivers(said.get("receivers")), _hours(signal, said),
        minor_by_asset(least, "least"), enabled, version,
    )  # fmt: skip


def _title(title: object) -> str:
    if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_TITLE or not title.isprintable():
        raise BadInput(f"a title has 1 to {LONGEST_TITLE} printable characters", "title")
    return title.strip()


def _receivers(named: object) -> tuple[str, ...]:
    if not isinstance(named, list | tuple) or len(named) > MOST_RECEIVERS:
        raise BadInput(f"receivers are a list of at most {MOST_RECEIVERS} names", "receivers")
    if not all(isinstance(name, str) and KEY.fullmatch(name) for name in named) or len(set(named)) < len(named):
        raise BadInput("each receiver is named once, by its name", "receivers")
    return tuple(named)


def _hours(signal: str, said: Mapping[str, Any]) -> int:
    hours = said.get("hours", 24 if signal == "sustained_drift" else 0)
    if type(hours) is not int or not 0 <= hours <= MOST_HOURS:
        raise BadInput(f"hours are 0 to {MOST_HOURS}", "hours")
    if (signal == "sustained_drift") != (hours > 0):
        raise BadInput("sustained drift, and only that, is told by hours", "hours")
    return hours
