"""The matcher versions of a run across the planes, as terms to judge by."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.asked_terms import PAIRS, USUAL_HOURS
from reconciliation.matching.planes.findings import Pair, Terms


@dataclass(frozen=True, slots=True)
class Pinned:
    """The version in force of each pair and the terms it makes."""

    numbers: dict[str, int]
    terms: dict[Pair, Terms]


def pinned_at(at: datetime) -> Pinned:
    """Without a version in force the usual terms hold, as version 0. Needs a tenant scope."""
    numbers: dict[str, int] = {}
    terms: dict[Pair, Terms] = {}
    for pair in PAIRS:
        version = MatcherVersion.objects.filter(plane_pair=pair, active_from__lte=at).order_by("-number").first()
        numbers[pair] = version.number if version else 0
        terms[pair] = _terms(version, at) if version else Terms(at)
    return Pinned(numbers, terms)


def _terms(version: MatcherVersion, at: datetime) -> Terms:
    hours = {name: timedelta(hours=int(n)) for name, n in (USUAL_HOURS | version.service_hours).items()}
    tolerance = {asset: int(minor) for asset, minor in version.amount_tolerance.items()}
    underpaid = {asset: int(minor) for asset, minor in version.underpaid_up_to.items()}
    return Terms(at, hours["pay"], hours["confirm"], hours["post"], hours["parts"], tolerance, underpaid)
