"""The next version of a matcher, appended: versions are never edited, and the newest that is active at a run's instant is
pinned by it."""

from datetime import datetime
from typing import Any

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.matching.asked_matcher import document_of
from reconciliation.matching.models import MatcherVersion


def version_in_force(plane_pair: str) -> MatcherVersion | None:
    """The newest version of a pair, None before the first."""
    return MatcherVersion.objects.filter(plane_pair=plane_pair).order_by("-number").first()


def hold_versions() -> None:
    """Let nobody else of the tenant set a version until commit: two at once would both be the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7011, tenant())")


def terms_in_force(plane_pair: str) -> tuple[int, dict[str, Any]]:
    """The number and the document of the newest version; number 0 and the usual terms before the first."""
    version = version_in_force(plane_pair)
    return (version.number, document_of(plane_pair, vars(version))) if version else (0, document_of(plane_pair, None))


def append_version(
    plane_pair: str, *, decision_id: int, policy_version: str, actor: Actor, at: datetime, why: str = "", **terms: Any
) -> MatcherVersion:
    """Store the next version with its audit row. `terms` are columns of MatcherVersion."""
    last = version_in_force(plane_pair)
    version = MatcherVersion.objects.create(
        plane_pair=plane_pair, number=last.number + 1 if last else 1, decision_id=decision_id, active_from=at, **terms
    )
    audit.record(actor, at, "matcher.set", f"{plane_pair} v{version.number}", why=why, policy_version=policy_version)
    return version
