"""What a dry run finds, as it is stored: amounts as text of minor units, lists bounded, the loosest first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_LISTED, MOST_CLOSING = 200, 10_000


@dataclass(slots=True)
class Found:
    """Sums over the parts of a dry run. `matches`: (gained or lost, rule, asset) → [count, minor units]."""

    before: int = 0
    after: int = 0
    matches: dict[tuple[str, int, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    cases: list[dict[str, Any]] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)
    beyond_window: list[int] = field(default_factory=lambda: [0, 0])
    within: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))
    open_minor: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    acts: dict[str, int] = field(default_factory=dict)
    digests: list[list[str]] = field(default_factory=list)


CASE = (
    "what", "case", "class", "class_after", "cause", "contribution", "contribution_after", "asset", "payment", "day",
    "kind", "kind_after",
)  # fmt: skip
WEIGHT = {"closes": 0, "changes": 1, "opens": 2}


def add_cases(found: Found, rows: Iterable[tuple[Any, ...]], account: str = "") -> None:
    """Take in rows of the step "cases", their money as text."""
    for row in rows:
        said = dict(zip(CASE, row, strict=True)) | {"account": account, "day": str(row[9])}
        for name in ("contribution", "contribution_after"):
            said[name] = None if said[name] is None else str(int(said[name]))
        found.cases.append(said)


def stated(found: Found) -> dict[str, Any]:
    """The result's figures; see reconciliation/backtest/make_dry_run.py for what stands beside them."""
    cases = sorted(found.cases, key=_loosest_first)
    counts = {what: sum(c["what"] == what for c in cases) for what in WEIGHT}
    closing = [c["case"] for c in cases if c["what"] == "closes" and c["case"] is not None]
    money: dict[str, dict[str, int]] = {}
    for c in cases:
        by_asset = money.setdefault(c["what"], defaultdict(int))
        by_asset[c["asset"]] += int(c["contribution"] or 0) if c["what"] != "opens" else int(c["contribution_after"])
    return {
        "matches": {
            "before": found.before, "after": found.after,
            "changed": [
                {"what": what, "rule": rule, "asset": asset, "count": n, "minor": str(minor)}
                for (what, rule, asset), (n, minor) in sorted(found.matches.items())
            ],
            "beyond_window": found.beyond_window,
        },
        "within_tolerance": {a: [n, str(m), n2, str(m2)] for a, (n, m, n2, m2) in sorted(found.within.items())},
        "cases": counts | {
            "money": {what: {a: str(m) for a, m in sorted(by.items())} for what, by in money.items()},
            "listed": cases[:MOST_LISTED], "unlisted": max(len(cases) - MOST_LISTED, 0), "closing": closing[:MOST_CLOSING],
        },
        "days": found.days, "acts": found.acts, "digests": found.digests,
        "open": {asset: [str(a), str(b)] for asset, (a, b) in sorted(found.open_minor.items())},
    }  # fmt: skip


def _loosest_first(case: dict[str, Any]) -> tuple[int, int, str]:
    before, after = abs(int(case["contribution"] or 0)), abs(int(case["contribution_after"] or 0))
    return WEIGHT[case["what"]] * 2 + (case["what"] == "changes" and after >= before), -max(before, after), case["day"]
