"""Match commerce, provider and ledger: what agrees is stored, what does not becomes a case. One database transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.cases.sync_plane_cases import sync_plane_cases
from reconciliation.checkpoints.decide import policy_of
from reconciliation.matching.models import PlaneRun
from reconciliation.matching.planes.run_planes import PlanesFound, run_planes
from reconciliation.permissions import Permission, require
from reconciliation.planes.fulfil import fulfil
from reconciliation.planes.looking_back import OVERLAP, looks_since
from reconciliation.planes.recognise import recognise


@dataclass(frozen=True, slots=True)
class PlanesMatched:
    """The run and what it found. `repeated`: the key was used before, nothing was done."""

    run_id: int
    number: int
    matched: int
    open: int
    posted: int
    digest: bytes
    repeated: bool = False
    fulfilled: int = 0


def match_planes(
    *, actor: Actor, at: datetime, unique_key: str, whole: bool = False, since: datetime | None = None
) -> PlanesMatched:
    """Match what changed since the last run, or of the last three days when `whole`, or from `since` on.

    `unique_key` names the run: a second one with the same key returns the first. Needs a tenant scope. Raises
    NotPermitted."""
    require(actor, Permission.RECONCILE)
    known = PlaneRun.objects.filter(unique_key=unique_key).first()
    if known is not None:
        return PlanesMatched(
            known.id, known.number, known.matched_count, known.open_count, 0, bytes(known.digest), repeated=True
        )
    since = since or looks_since(at=at, whole=whole)
    found = run_planes(since=since, as_of=at, last=_last_whole() if whole else None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('run', 1)")
        number = int(cursor.fetchone()[0])
    still_open = sync_plane_cases(found, run_label=f"MR-{number}", at=at)
    posted = recognise(found, actor=actor, at=at)
    fulfilled = fulfil(found, run_label=f"MR-{number}", actor=actor, at=at)
    _state(found, number, still_open, actor, at, unique_key, since, posted, fulfilled)
    return PlanesMatched(found.run_id, number, found.matched, still_open, posted, found.digest, fulfilled=fulfilled)


def _last_whole() -> datetime | None:
    """As of when the last run stood that looked at all that may have come due; the first run of all did."""
    runs = PlaneRun.objects.order_by("as_of").values_list("as_of", flat=True)
    last = runs.filter(unique_key__startswith="whole ").last() or runs.first()
    return last and last - OVERLAP


def _state(
    found: PlanesFound, number: int, still_open: int, actor: Actor, at: datetime, unique_key: str, since: datetime,
    posted: int, fulfilled: int,
) -> None:  # fmt: skip
    expected = sum(j.judged.standing == "expected" for j in found.judged)
    PlaneRun.objects.create(
        id=found.run_id, number=number, since=since, as_of=at, asked_by=actor.id, unique_key=unique_key,
        versions=found.pinned.numbers, order_count=found.looked.orders, payment_count=found.looked.payments,
        posting_count=found.looked.postings, matched_count=found.matched, expected_count=expected,
        open_count=still_open, decision_id=found.decision_id, digest=found.digest,
    )  # fmt: skip
    audit.record(
        actor, at, "planes.matched", f"MR-{number}", policy_version=policy_of(found.decision_id), matched=found.matched,
        expected=expected, open=still_open, orders=found.looked.orders, payments=found.looked.payments,
        postings=found.looked.postings, posted=posted, fulfilled=fulfilled,
    )  # fmt: skip
