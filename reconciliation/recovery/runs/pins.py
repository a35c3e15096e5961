"""The matcher's terms that a run is bound to: what was in force in its period, and what was in force when it was
opened. A run goes on while both say the same as then."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from reconciliation.matching.asked_matcher import document_of
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.asked_terms import USUAL_HOURS
from reconciliation.matching.planes.findings import Terms
from reconciliation.recovery.runs.errors import TermsChanged

PAIR = "commerce-provider"
USUAL = {"version_id": None, "number": 0, "active_from": None, "terms": document_of(PAIR, None)}


def pinned(since: datetime, until: datetime, at: datetime) -> dict[str, Any]:
    """`in_period`: each version in force in [since, until), oldest first; `at_opening`: the one in force at `at`;
    `sha256` over the terms that they state. Without a version the usual terms hold, as version 0. Needs a tenant
    scope. One query."""
    versions = list(MatcherVersion.objects.filter(plane_pair=PAIR, active_from__lte=at).order_by("number"))
    before = [v for v in versions if v.active_from <= since]
    during = [v for v in versions if since < v.active_from < until]
    first = _stated(before[-1]) if before else USUAL
    found = {"in_period": [first, *map(_stated, during)], "at_opening": _stated(versions[-1]) if versions else USUAL}
    return found | {"sha256": digest(found)}


def digest(pins: Mapping[str, Any]) -> str:
    """SHA-256 in hexadecimal over the terms, whatever the versions' numbers: the same terms stated again are the same
    terms."""
    told = {
        "in_period": [[p["active_from"], p["terms"]] for p in pins["in_period"]],
        "now": pins["at_opening"]["terms"],
    }
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def require_unchanged(pins: Mapping[str, Any], since: datetime, until: datetime, at: datetime) -> None:
    """Raise TermsChanged naming each term that is another one now."""
    now = pinned(since, until, at)
    if now["sha256"] == pins["sha256"]:
        return
    said = _differences(pins["at_opening"], now["at_opening"])
    then, today = [p["number"] for p in pins["in_period"]], [p["number"] for p in now["in_period"]]
    if then != today:
        said.append(f"in the period stood v{', v'.join(map(str, then))} and now v{', v'.join(map(str, today))}")
    raise TermsChanged(
        f"the terms of commerce ↔ provider changed since the run was opened: {'; '.join(said)}. A recovery is re-run on"
        " unchanged tolerances: bring them back, or stop this run and open one anew"
    )


def terms_of(pins: Mapping[str, Any], first_at: datetime, at: datetime) -> Terms:
    """The terms in force when something began, judged as of `at`."""
    fitting = [
        p for p in pins["in_period"] if p["active_from"] is None or datetime.fromisoformat(p["active_from"]) <= first_at
    ]
    said = (fitting or pins["in_period"])[-1 if fitting else 0]["terms"]
    hours = {name: timedelta(hours=int(n)) for name, n in (USUAL_HOURS | said["hours"]).items()}
    minor = {what: {asset: int(n) for asset, n in said[what].items()} for what in ("tolerance", "underpaid_up_to")}
    return Terms(
        at, hours["pay"], hours["confirm"], hours["post"], hours["parts"], minor["tolerance"], minor["underpaid_up_to"]
    )


def _stated(version: MatcherVersion) -> dict[str, Any]:
    return {
        "version_id": version.id, "number": version.number, "active_from": version.active_from.isoformat(),
        "terms": document_of(PAIR, vars(version)),
    }  # fmt: skip


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    said = []
    for what in ("tolerance", "underpaid_up_to", "hours"):
        before, after = then["terms"][what], now["terms"][what]
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                words = f"hours to wait ({name})" if what == "hours" else f"{what.replace('_', ' ')} of {name}"
                was, current = before.get(name, "0"), after.get(name, "0")
                said.append(f"{words} was {was} in v{then['number']} and is {current} in v{now['number']}")
    return said
