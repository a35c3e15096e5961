"""A period compared with the provider's own listing, by a file or by asking: what differs is kept by name, and nothing that is
missing is made up."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotFound, NotPermitted
from reconciliation.provider.models import Event
from reconciliation.provider.polling import from_btcpay
from reconciliation.provider.polling.end_polling import end_polling
from reconciliation.provider.polling.from_file import HEADER
from reconciliation.provider.polling.gaps import open_gaps
from reconciliation.provider.polling.models import Poll, PollGap
from reconciliation.provider.polling.poll_endpoint import Polled, poll_endpoint
from reconciliation.provider.polling.set_polling import set_polling
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, said
from tests.reconciliation.provider.polling.greenfield import STORE, TOKEN, Greenfield, greenfield

pytestmark = pytest.mark.django_db(transaction=True)
SINCE, UNTIL = NOON - timedelta(hours=1), NOON + timedelta(hours=10)
LATER = NOON + timedelta(days=1)


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    return Desk(acme.id)


@pytest.fixture
def shop(desk: Desk) -> Iterator[Greenfield]:
    """The provider of the desk's endpoint, and the endpoint polls it."""
    with greenfield() as shop:
        set_to(desk, shop.base_url)
        yield shop


def set_to(desk: Desk, base_url: str, token: str = TOKEN, private: bool = True) -> None:
    with tenant(desk.tenant_id):
        set_polling(
            endpoint_id=desk.endpoint.id,
            base_url=base_url,
            store=STORE,
            token=token,
            private=private,
            actor=SET_UP,
            at=NOON,
        )


def poll(desk: Desk, **changed: Any) -> Polled:
    usual: dict[str, Any] = {
        "endpoint_id": desk.endpoint.id, "since": SINCE, "until": UNTIL, "actor": SET_UP, "at": LATER, "private": True,
    }  # fmt: skip
    return poll_endpoint(desk.tenant_id, **usual | changed)


def gaps(done: Polled) -> list[tuple[str, str, str, str]]:
    return [(g.kind, g.event_id or g.payment_ref, g.theirs, g.ours) for g in done.gaps]


def row(invoice: str, word: str, minute: int = 0) -> str:
    return f"{invoice}-{word},{word},{invoice},order-{invoice},{(NOON + timedelta(minutes=minute)).isoformat()},,,"


def file(*rows: str) -> bytes:
    return "\n".join([",".join(HEADER), *rows]).encode()


def test_one_in_a_hundred_dropped_for_good_is_named_and_no_other(desk: Desk, sized: Callable[[int], int]) -> None:
    number = max(500, sized(10_000))
    dropped = set(random.Random(7).sample(range(number), number // 100))
    for n in range(number):
        if n not in dropped:
            desk.deliver(said("InvoiceSettled", f"i{n}", minute=n % 500))
    while desk.take_in().deliveries:
        pass
    with tenant(desk.tenant_id):
        before = Event.objects.count()
    done = poll(desk, file=file(*(row(f"i{n}", "InvoiceSettled", n % 500) for n in range(number))))
    assert {(g.kind, g.event_id) for g in done.gaps} == {("missing", f"i{n}-InvoiceSettled") for n in dropped}
    assert (done.poll.listed_count, done.poll.missing_count, done.poll.unknown_count) == (number, len(dropped), 0)
    with tenant(desk.tenant_id):
        assert PollGap.objects.count() == len(dropped)
        assert Event.objects.count() == before, "what is missing is not made up"
        audited = AuditEntry.objects.get(action="endpoint.polled")
    assert (audited.subject, audited.detail["missing"], audited.detail["adapter"]) == ("Shop", len(dropped), "file")


def test_what_differs_and_what_the_provider_does_not_know(desk: Desk) -> None:
    for invoice in ("a", "b", "c"):
        desk.deliver(said("InvoiceSettled", invoice))
    desk.take_in()
    changed = row("b", "InvoiceSettled").replace(",InvoiceSettled,", ",InvoiceInvalid,")
    done = poll(desk, file=file(row("a", "InvoiceSettled"), changed))
    assert gaps(done) == [
        ("status", "b-InvoiceSettled", "InvoiceInvalid", "InvoiceSettled"),
        ("unknown", "c-InvoiceSettled", "", "InvoiceSettled"),
    ]


def test_an_event_logged_under_another_time_is_not_missing(desk: Desk) -> None:
    desk.deliver(said("InvoiceSettled", "a", minute=60 * 20))
    desk.take_in()
    assert gaps(poll(desk, file=file(row("a", "InvoiceSettled")))) == []


def test_asking_compares_payments_by_their_status(desk: Desk, shop: Greenfield) -> None:
    at = int(NOON.timestamp())
    for invoice, word in (
        ("a", "InvoiceSettled"),
        ("b", "InvoiceProcessing"),
        ("x", "InvoiceSettled"),
        ("old", "InvoiceSettled"),
    ):
        desk.deliver(said(word, invoice, minute=5))
    desk.take_in()
    for ref, status, created in (
        ("a", "Settled", at), ("b", "Settled", at + 1), ("c", "Expired", at + 2), ("d", "Melted", at + 3),
        ("old", "Settled", at - 20 * 3600),  # made the day before: known, and not of this period
    ):  # fmt: skip
        shop.add(ref, status, created)
    done = poll(desk)
    assert gaps(done) == [
        ("status", "b", "Settled", "paid"), ("missing", "c", "Expired", ""), ("missing", "d", "Melted", ""),
        ("unknown", "x", "", "confirmed"),
    ]  # fmt: skip
    assert (done.poll.adapter, done.poll.compared, done.poll.listed_count, done.poll.error) == (
        "http",
        "payments",
        4,
        "",
    )


def test_it_reads_page_after_page(desk: Desk, shop: Greenfield, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_btcpay, "A_PAGE", 7)
    for n in range(21):
        shop.add(f"i{n}", "New", int(NOON.timestamp()) + n, metadata={} if n % 2 else None)
    assert poll(desk).poll.missing_count == 21
    assert [query["skip"] for query in shop.asked] == ["0", "7", "14", "21"]
    assert {query["take"] for query in shop.asked} == {"7"}
    monkeypatch.setattr(from_btcpay, "MOST_PAGES", 2)
    assert poll(desk).poll.error.startswith("too_many")


ELSEWHERE = {"Location": "http://127.0.0.1:9/"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((302, ELSEWHERE, b""), "status_302"),
        ((401, {}, b""), "status_401"),
        ((500, {}, b"stack trace"), "status_500"),
        ((200, {}, b"<html>"), "unreadable"),
        ((200, {}, b'{"no": "list"}'), "unreadable"),
        ((200, {}, b"[1]"), "unreadable"),
        ((200, {}, b'[{"id": "a", "id": "b"}]'), "unreadable"),
        ((200, {}, b'[{"id": "a\\u0000", "status": "New", "createdTime": 1}]'), "unreadable"),
        ((200, {}, b'[{"id": "a", "status": "New", "createdTime": "now"}]'), "unreadable"),
        ((200, {}, b"[" + b" " * 9_000_000 + b"]"), "too_large"),
        ((200, {"Transfer-Encoding": "chunked"}, b"no chunk"), "unreachable"),
    ],
)
def test_an_answer_that_is_none_is_an_error_on_record(
    desk: Desk, shop: Greenfield, answer: tuple[int, dict[str, str], bytes], code: str
) -> None:
    shop.answer = answer
    done = poll(desk)
    assert done.poll.error.startswith(f"{code}: "), done.poll.error
    assert (done.gaps, done.poll.compared) == ([], "")
    assert TOKEN not in done.poll.error
    with tenant(desk.tenant_id):
        assert not PollGap.objects.exists()
        assert TOKEN not in str(list(AuditEntry.objects.values("detail", "why")))


def test_nobody_at_home_and_the_wrong_token_are_errors_on_record(desk: Desk, shop: Greenfield) -> None:
    set_to(desk, shop.base_url, token="a-token-of-somebody-else")
    assert poll(desk).poll.error == "status_401: the provider refuses the token"
    set_to(desk, "http://127.0.0.1:9")
    assert poll(desk).poll.error == "unreachable: 127.0.0.1: ConnectionRefusedError"


@pytest.mark.parametrize(
    "base_url",
    ["https://127.0.0.1", "https://localhost", "https://10.1.2.3", "https://[::1]", "https://169.254.169.254"],
)
def test_hosts_inside_a_network_are_not_asked(desk: Desk, base_url: str) -> None:
    set_to(desk, base_url, private=False)
    assert poll(desk, private=False).poll.error.startswith("private_host: ")


def test_without_tls_no_token_is_sent(desk: Desk, shop: Greenfield) -> None:
    assert poll(desk, private=False).poll.error.startswith("insecure: ")
    assert shop.asked == []


def test_a_gap_stands_until_a_later_poll_or_the_log_closes_it(desk: Desk) -> None:
    rows = [row("a", "InvoiceSettled"), row("b", "InvoiceSettled", 1), row("c", "InvoiceSettled", 2)]
    poll(desk, file=file(*rows))
    poll(desk, file=file(*rows), at=LATER + timedelta(hours=1))

    def standing(since: Any = NOON) -> list[tuple[str, str]]:
        with tenant(desk.tenant_id):
            return [(g.kind, g.event_id) for g in open_gaps(desk.endpoint, since)]

    assert standing() == [("missing", f"{invoice}-InvoiceSettled") for invoice in "abc"]
    with tenant(desk.tenant_id):
        assert open_gaps(desk.endpoint, NOON)[0].first_at == LATER
    desk.deliver(said("InvoiceSettled", "a"))
    desk.take_in()
    assert standing() == [("missing", "b-InvoiceSettled"), ("missing", "c-InvoiceSettled")]
    poll(desk, file=file(rows[0], rows[2]), at=LATER + timedelta(hours=2), until=NOON + timedelta(minutes=2))
    assert standing() == [("missing", "c-InvoiceSettled")], "the last poll did not cover the third"
    assert standing(LATER + timedelta(hours=3)) == []


def test_a_poll_that_failed_closes_nothing(desk: Desk, shop: Greenfield) -> None:
    shop.add("a", "Settled", int(NOON.timestamp()))
    poll(desk)
    shop.answer = (500, {}, b"")
    poll(desk, at=LATER + timedelta(hours=1))
    with tenant(desk.tenant_id):
        assert [(g.kind, g.payment_ref) for g in open_gaps(desk.endpoint, NOON)] == [("missing", "a")]


def test_it_refuses_whom_and_when(desk: Desk, rival: Tenant) -> None:
    with pytest.raises(NotPermitted):
        poll(desk, actor=INTEGRATION, file=file())
    with pytest.raises(NotFound):
        poll(desk)  # it is not polled
    with pytest.raises(NotFound):
        poll(desk, endpoint_id=Desk(rival.id).endpoint.id, file=file())
    for wrong in ({"since": UNTIL}, {"until": LATER + timedelta(seconds=1)}, {"since": NOON - timedelta(days=99)}):
        with pytest.raises(BadInput):
            poll(desk, file=file(), **wrong)
    with pytest.raises(BadInput):
        poll(desk, file=b"no header")
    with tenant(desk.tenant_id):
        assert not Poll.objects.exists()


def test_an_ended_polling_asks_no_more(desk: Desk, shop: Greenfield) -> None:
    with tenant(desk.tenant_id):
        end_polling(endpoint_id=desk.endpoint.id, reason="moved", actor=SET_UP, at=NOON)
        with pytest.raises(NotFound):
            end_polling(endpoint_id=desk.endpoint.id, reason="moved", actor=SET_UP, at=NOON)
    with pytest.raises(NotFound):
        poll(desk)
    assert shop.asked == []
