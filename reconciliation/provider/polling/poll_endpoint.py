"""Compare what a provider lists for a period with the log, and keep each difference. Nothing that is missing is made up: a
gap is a finding, and how it is closed is decided above.

The provider is asked with no database transaction open: it may take its time.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from ledger import audit
from ledger.actors import Actor
from ledger.assets import EXPONENTS
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.provider.models import Endpoint
from reconciliation.provider.polling.compare import Gap, compare_events, compare_payments
from reconciliation.provider.polling.from_btcpay import list_invoices
from reconciliation.provider.polling.from_file import read_listing
from reconciliation.provider.polling.http_get import Host, get_json
from reconciliation.provider.polling.listing import Listing, PollFailed
from reconciliation.provider.polling.logged import logged_events, logged_payments
from reconciliation.provider.polling.models import Poll, PollGap, Polling
from reconciliation.provider.sealing import unseal

LONGEST = timedelta(days=92)
KEPT_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class Polled:
    """What was compared, and each difference; with an `error` nothing was."""

    endpoint: str
    poll: Poll
    gaps: list[Gap]


def poll_endpoint(
    tenant_id: int, *, endpoint_id: int, since: datetime, until: datetime, actor: Actor, at: datetime,
    file: bytes | None = None, private: bool = False,
) -> Polled:  # fmt: skip
    """Compare [since, until) by a file of the provider's own export, else by asking the provider as it is set. A provider that
    cannot be asked is a poll with an error, on record. Opens scopes of its own.

    Raises NotPermitted, NotFound (no such endpoint, or it is not polled), BadInput (the period, or the file, naming the row).
    """
    require(actor, Permission.POLL)
    if not since < until <= at or until - since > LONGEST:
        raise BadInput(f"a period that has ended, of at most {LONGEST.days} days", "until")
    with tenant(tenant_id):
        endpoint = Endpoint.objects.filter(id=endpoint_id).first()
        if endpoint is None:
            raise NotFound(f"no endpoint has the id {endpoint_id}")
        lists = _by_file(file) if file is not None else _by_asking(endpoint, private)
    try:
        listing = lists(since, until)
    except PollFailed as failure:
        with tenant(tenant_id):
            return _failed(endpoint, failure, since, until, actor, at)
    with tenant(tenant_id):
        return _kept(endpoint, listing, "http" if file is None else "file", since, until, actor, at)


Lists = Callable[[datetime, datetime], Listing]


def _by_file(file: bytes) -> Lists:
    listing = read_listing(file, EXPONENTS)
    return lambda since, until: listing


def _by_asking(endpoint: Endpoint, private: bool) -> Lists:
    polling = Polling.objects.filter(endpoint=endpoint, ended_at=None).first()
    if polling is None or endpoint.ended_at is not None:
        raise NotFound(f"{endpoint.name} is not polled; compare it by a file of the provider's own export")
    secret = unseal(bytes(polling.sealed))

    def lists(since: datetime, until: datetime) -> Listing:
        if secret is None:
            raise PollFailed("no_token", "the token was sealed under a key that this installation no longer has")
        host = Host(polling.base_url, secret, private)
        return list_invoices(lambda path, query: get_json(host, path, query), polling.store, since, until)

    return lists


def _kept(
    endpoint: Endpoint, listing: Listing, adapter: str, since: datetime, until: datetime, actor: Actor, at: datetime
) -> Polled:
    if listing.events is not None:
        compared, times = "events", [e.occurred_at for e in listing.events]
        known = logged_events(endpoint.id, [e.event_id for e in listing.events], since, until)
        gaps = compare_events(listing.events, known, since, until)
    else:
        payments = listing.payments or ()
        compared, times = "payments", [p.created_at for p in payments]
        folded = logged_payments(endpoint.id, [p.payment_ref for p in payments], since, until)
        gaps = compare_payments(payments, folded, since, until)
    of = Counter(gap.kind for gap in gaps)
    poll = Poll.objects.create(
        endpoint=endpoint, adapter=adapter, compared=compared, since=since, until=until, asked_at=at, asked_by=actor.id,
        listed_count=sum(since <= t < until for t in times), missing_count=of["missing"], unknown_count=of["unknown"],
        differing_count=of["status"] + of["amount"], error="",
    )  # fmt: skip
    rows = (PollGap(poll=poll, endpoint=endpoint, **asdict(gap)) for gap in gaps)
    PollGap.objects.bulk_create(rows, batch_size=KEPT_AT_A_TIME)
    _audited(endpoint, poll, actor, at)
    return Polled(endpoint.name, poll, gaps)


def _failed(
    endpoint: Endpoint, failure: PollFailed, since: datetime, until: datetime, actor: Actor, at: datetime
) -> Polled:
    poll = Poll.objects.create(
        endpoint=endpoint, adapter="http", compared="", since=since, until=until, asked_at=at, asked_by=actor.id,
        listed_count=0, missing_count=0, unknown_count=0, differing_count=0, error=f"{failure.code}: {failure}"[:500],
    )  # fmt: skip
    _audited(endpoint, poll, actor, at)
    return Polled(endpoint.name, poll, [])


def _audited(endpoint: Endpoint, poll: Poll, actor: Actor, at: datetime) -> None:
    audit.record(
        actor, at, "endpoint.polled", endpoint.name, adapter=poll.adapter, since=poll.since.isoformat(),
        until=poll.until.isoformat(), listed=poll.listed_count, missing=poll.missing_count, unknown=poll.unknown_count,
        differing=poll.differing_count, error=poll.error,
    )  # fmt: skip
