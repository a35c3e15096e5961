"""The terms of the planes: their versions, and what a request would change in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.display import moment, money
from console.pages.words import plural
from ledger.assets import EXPONENTS
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.asked_terms import HOURS_OF, PAIRS
from reconciliation.matching.planes.request_terms import terms_of

PAIR_WORDS = {"commerce-provider": "Commerce and provider", "provider-ledger": "Provider and ledger"}
HOUR_WORDS = {
    "pay": "Order and payment apart", "confirm": "Detected, not confirmed", "parts": "Between two parts",
    "gap": "Listed, not delivered",
    "post": "Confirmed, not posted",
}  # fmt: skip
TOLERANCE, UNDERPAID = "Tolerance", "Underpayment closed by rule"


def terms_page(versions: Sequence[MatcherVersion], decisions: Mapping[int, CheckpointDecision]) -> dict[str, Any]:
    """templates/settings/terms.html: of each pair its versions, the usual terms as version 0 where none is set."""
    pairs = []
    for pair in PAIRS:
        own = [v for v in versions if v.plane_pair == pair]
        rows = [_version(pair, v, decisions.get(v.decision_id), n == 0) for n, v in enumerate(own)]
        rows = rows or [_version(pair, None, None, True)]
        heads = [HOUR_WORDS[name] for name in HOURS_OF[pair]]
        pairs.append({"name": pair, "words": PAIR_WORDS[pair], "heads": heads, "versions": rows})
    return {"pairs": pairs}


def terms_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a request changes, and what it leaves, for templates/approvals/parts/decision.html."""
    was, then = payload["was"], payload["terms"]
    rows = [
        {
            "label": HOUR_WORDS[name],
            "before": plural(was["hours"][name], "hour"),
            "after": plural(then["hours"][name], "hour"),
        }
        for name in HOURS_OF[payload["plane_pair"]]
    ]
    for label, field in ((TOLERANCE, "tolerance"), (UNDERPAID, "underpaid_up_to")):
        if was[field] or then[field]:
            rows.append({"label": label, "before": _amounts(was[field]), "after": _amounts(then[field])})
    return rows


def _version(
    pair: str, version: MatcherVersion | None, decision: CheckpointDecision | None, current: bool
) -> dict[str, Any]:
    terms = terms_of(pair, version)
    by = f"{decision.policy} v{decision.policy_version}, {decision.outcome}" if decision else "the usual terms"
    return {
        "number": version.number if version else 0, "current": current, "decision": by,
        "since": f"{moment(version.active_from)}" if version else "from the beginning",
        "hours": [plural(terms.hours[name], "hour") for name in HOURS_OF[pair]],
        "tolerance": _amounts(terms.tolerance), "underpaid": _amounts(terms.underpaid_up_to),
        "closes": pair == "commerce-provider",
    }  # fmt: skip


def _amounts(by_asset: Mapping[str, str]) -> str:
    return ", ".join(f"{money(int(minor), EXPONENTS[a])} {a}" for a, minor in sorted(by_asset.items())) or "none"
