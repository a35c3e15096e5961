"""The provider event log: found by exact ids, paged by position, each event with what it did to its payment."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import User
from reconciliation.provider.models import Event
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.reconciliation.provider.desk import NOON, Desk, paid, said

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    desk = Desk(acme.id)
    desk.deliver(said("InvoiceCreated"))
    desk.deliver(said("InvoiceReceivedPayment", minute=1, **paid("0.00050000", "tx-77")))
    desk.deliver(said("InvoiceReceivedPayment", minute=1, **paid("0.00050000", "tx-77")))
    desk.deliver(said("InvoiceProcessing", minute=2))
    desk.deliver(said("InvoiceSettled", minute=3))
    desk.deliver(said("InvoiceInvalid", minute=4))
    desk.deliver(said("InvoiceSettled", "inv_2", minute=5))
    desk.deliver(said("StoreWasRenamed", minute=6, invoiceId=None))
    desk.take_in()
    return desk


@pytest.fixture
def client(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Anna Analyst", "analyst"))


def rows(client: Client, **asked: str) -> list[str]:
    return [row["word"] for row in client.get("/events/", asked).context["rows"]]


def address_of(desk: Desk, word: str) -> str:
    with tenant(desk.tenant_id):
        return f"/events/{Event.objects.get(provider_type=word, payment_ref='inv_1').public_id}/"


def test_it_lists_events_by_the_providers_clock_newest_first(client: Client, desk: Desk, counted: Counted) -> None:
    with counted(at_most=12):
        html = client.get("/events/").content.decode()
    assert html.index("StoreWasRenamed") < html.index(">InvoiceInvalid<") < html.index(">InvoiceCreated<")
    assert "0.00050000" in html
    assert "2 times" in html
    assert "Not classified" in html
    assert "received Fri 20 Mar 2026 12:00:00 UTC" in html


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "inv_2"}, ["InvoiceSettled"]),
        ({"q": "order-inv_2"}, ["InvoiceSettled"]),
        ({"q": "tx-77"}, ["InvoiceReceivedPayment"]),
        ({"q": "inv_1-InvoiceCreated"}, ["InvoiceCreated"]),
        ({"q": "inv_"}, []),
        ({"type": "failed"}, ["InvoiceInvalid"]),
        ({"type": "failed", "q": "inv_2"}, []),
        ({"view": "unclassified"}, ["StoreWasRenamed"]),
        ({"view": "unresolved"}, ["StoreWasRenamed"]),
        ({"from": "2026-03-21"}, []),
        ({"until": "2026-03-19"}, []),
        ({"from": "2026-03-20", "until": "2026-03-20", "type": "created"}, ["InvoiceCreated"]),
        ({"endpoint": "999999"}, []),
        ({"endpoint": "x", "type": "nonsense", "view": "y", "from": "then", "q": "inv_2"}, ["InvoiceSettled"]),
        ({"q": "\x00"}, None),
    ],
)
def test_filters_are_exact(client: Client, desk: Desk, asked: dict[str, str], found: list[str] | None) -> None:
    assert rows(client, **asked) == (rows(client) if found is None else found)


def test_pages_go_by_position_and_meet_without_a_gap(client: Client, acme: Tenant, counted: Counted) -> None:
    desk = Desk(acme.id)
    for n in range(105):
        desk.deliver(said("InvoiceSettled", f"i{n}", minute=n // 10))
    desk.take_in()
    seen: list[str] = []
    address = "/events/"
    while address:
        with counted(at_most=12):
            context = client.get(address, headers={"HX-Request": "true", "HX-Target": "rows"}).context
        seen += [row["payment_ref"] for row in context["rows"]]
        following = context["page"]["next_href"]
        address = f"/events/{following}" if following else ""
    assert seen == [f"i{n}" for n in range(104, -1, -1)]
    back = client.get(f"/events/{context['page']['previous_href']}").context
    assert [row["payment_ref"] for row in back["rows"]] == seen[50:100]


def test_an_event_shows_its_deliveries_and_what_each_event_did(client: Client, desk: Desk, counted: Counted) -> None:
    with counted(at_most=12):
        page = client.get(address_of(desk, "InvoiceInvalid"))
    html = page.content.decode()
    outcomes = [(s["word"], s["outcome"], s["status"]) for s in page.context["steps"]]
    assert outcomes == [
        ("InvoiceCreated", "stood", "pending"), ("InvoiceReceivedPayment", "stood", "pending"),
        ("InvoiceProcessing", "moved", "paid"), ("InvoiceSettled", "moved", "confirmed"),
        ("InvoiceInvalid", "contradicted", "confirmed"),
    ]  # fmt: skip
    assert "failed after confirmed" in html
    assert f"by key …{desk.key[-4:]}" in html
    two = client.get(address_of(desk, "InvoiceReceivedPayment"))
    assert "carried by 2 deliveries" in two.content.decode()


def test_the_same_id_with_other_contents_is_a_step_of_its_own(client: Client, acme: Tenant) -> None:
    desk = Desk(acme.id)
    desk.deliver(said("InvoiceSettled", **paid("1.0")))
    desk.deliver(said("InvoiceSettled", **paid("9.0")))
    desk.take_in()
    with tenant(acme.id):
        ids = list(Event.objects.values_list("public_id", flat=True))
    steps = client.get(f"/events/{ids[0]}/").context["steps"]
    assert sorted(s["outcome"] for s in steps) == ["contradicted", "moved"]
    assert {s["name"] for s in steps} == {"", "same id other content"}


def test_a_payment_with_very_many_events_shows_the_last_and_the_one_asked_for(
    client: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.pages.events.MOST_STEPS", 3)
    desk = Desk(acme.id)
    for n in range(6):
        desk.deliver(said("InvoiceSettled", minute=n, delivery=f"d{n}"))
    desk.take_in()
    with tenant(acme.id):
        first = Event.objects.get(event_id="d0")
    context = client.get(f"/events/{first.public_id}/").context
    assert [s["occurred_at"] for s in context["steps"]] == [NOON + timedelta(minutes=n) for n in (0, 3, 4, 5)]
    assert context["earlier"] == 3


def test_the_raw_record_is_for_those_who_may(client: Client, desk: Desk, user_of: Callable[..., User]) -> None:
    address = address_of(desk, "InvoiceSettled")
    html = client.get(address).content.decode()
    assert "deliveryId" not in html
    assert "The raw record is for auditor and operator." in html
    shown = signed_in(user_of("Auditor", "auditor")).get(address).content.decode()
    assert "&quot;deliveryId&quot;: &quot;inv_1-InvoiceSettled&quot;" in shown
    signature = dict(desk.signed(said("InvoiceSettled", minute=3)))["BTCPay-Sig"]
    assert signature not in shown
    assert f"{signature[:4]}…{signature[-4:]}" in shown


def test_text_from_outside_is_shown_and_not_run(acme: Tenant, user_of: Callable[..., User]) -> None:
    evil = '<img src=x onerror=alert(1)>" hx-get="/x'
    desk = Desk(acme.id)
    desk.deliver(said(evil, evil, note="\u202e right to left"))
    desk.take_in()
    with tenant(acme.id):
        address = f"/events/{Event.objects.get().public_id}/"
    auditor = signed_in(user_of("Auditor", "auditor"))
    for html in (auditor.get("/events/").content.decode(), auditor.get(address).content.decode()):
        assert "<img src=x" not in html
        assert 'hx-get="/x' not in html
        assert "\u202e" not in html


def test_support_may_not_open_it(desk: Desk, user_of: Callable[..., User]) -> None:
    support = signed_in(user_of("Support", "support"))
    for address in ("/events/", address_of(desk, "InvoiceSettled"), "/events/quarantine/"):
        assert support.get(address).status_code == 404


def test_another_tenants_rows_answer_like_random_ids(client: Client, desk: Desk, rival: Tenant) -> None:
    theirs = Desk(rival.id)
    theirs.deliver(said("InvoiceSettled", "inv_theirs"))
    theirs.take_in()
    with tenant(rival.id):
        event = Event.objects.get()
        carried = event.delivery.public_id
    for foreign, random in (
        (f"/events/{event.public_id}/", f"/events/{uuid4()}/"),
        (f"/events/deliveries/{carried}/", f"/events/deliveries/{uuid4()}/"),
    ):
        one, other = client.get(foreign), client.get(random)
        assert (one.status_code, one.content) == (other.status_code, other.content) == (404, other.content)
    for mark in (event.public_id, uuid4(), "nonsense"):
        assert client.get(f"/events/?after={mark}").status_code == 404
    assert rows(client, q="inv_theirs") == []


def test_nothing_yet_says_where_events_come_in(client: Client, acme: Tenant) -> None:
    assert "No event yet" in client.get("/events/").content.decode()


def test_a_day_of_the_filter_is_the_providers(client: Client, acme: Tenant) -> None:
    desk = Desk(acme.id)
    desk.deliver(said("InvoiceSettled", "early", minute=-12 * 60), at=NOON + timedelta(days=1))
    desk.deliver(said("InvoiceSettled", "late", minute=12 * 60), at=NOON + timedelta(days=1))
    desk.take_in(NOON + timedelta(days=1))
    day = {"from": "2026-03-20", "until": "2026-03-20"}
    assert [row["payment_ref"] for row in client.get("/events/", day).context["rows"]] == ["early"]
