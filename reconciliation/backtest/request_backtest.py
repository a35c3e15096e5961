"""Ask for a backtest of a version over more moves than a request may wait for; a worker makes it, and keeps it as any other."""

from datetime import datetime, timedelta

from django.db.models import Sum

from ledger import audit
from ledger.actors import Actor
from reconciliation.backtest.side_by_side import side_by_side
from reconciliation.checkpoints.models import CheckpointDecision, CheckpointVersion
from reconciliation.errors import AlreadyRequested
from reconciliation.outbox import enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.permissions import Permission, require

KIND = "backtest"
AT_ONCE = 100_000  # decisions: three seconds on two cores that others share
OVERDUE = timedelta(hours=1)  # asked for so long ago, it is stuck and bars nobody


def request_backtest(
    *, version: CheckpointVersion, since: datetime, until: datetime, actor: Actor, at: datetime
) -> None:
    """Of [since, until), with the words that the version has when the worker comes to it. Needs a tenant scope.

    Raises NotPermitted, AlreadyRequested while one of this version is under way."""
    require(actor, Permission.VIEW_SETTINGS)
    if waiting := under_way(version, at):
        raise AlreadyRequested(
            f"a backtest of {version} was asked for at {waiting.created_at:%H:%M} UTC and is being worked out"
        )
    span = {"since": since.isoformat(), "until": until.isoformat()}
    payload = {"version": version.id, "by": actor.name or actor.id} | span
    if enqueue(KIND, f"{version.id} {at.isoformat()}", payload, at=at):
        digest = bytes(version.document_sha256).hex()
        audit.record(
            actor, at, "checkpoint.backtest_asked", str(version), key=version.policy.key, document=digest, **span
        )


def under_way(version: CheckpointVersion, at: datetime) -> OutboxItem | None:
    """The backtest of the version that waits or is being made. One query."""
    items = OutboxItem.objects.filter(kind=KIND, state=OutboxItem.State.WAITING, payload__version=version.id)
    return items.filter(created_at__gt=at - OVERDUE).order_by("id").first()


def fits_a_request(version: CheckpointVersion, since: datetime, until: datetime) -> bool:
    """Whether so few decisions were recorded that whoever asks can wait for the result."""
    moves = list(side_by_side(version.document, version.number).needs.moves)
    found = CheckpointDecision.objects.filter(at__gte=since, at__lt=until, move__in=moves)
    return int(found.aggregate(moves=Sum("subject_count"))["moves"] or 0) <= AT_ONCE
