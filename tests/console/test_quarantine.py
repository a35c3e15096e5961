"""Held deliveries: counted by reason, replayed once the key is right, set aside with a reason."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils.timezone import now

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import User
from reconciliation.provider.add_key import add_key
from reconciliation.provider.models import Event, InboxItem, Quarantined
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.people import SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, paid, said

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "another-secret-altogether"
REPLAY = "/events/quarantine/replay/"


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    desk = Desk(acme.id)
    for n in range(3):
        desk.deliver(said("InvoiceSettled", f"inv_{n}", **paid("1.0")), key=OTHER)
    desk.deliver(said("InvoiceSettled", "bad", **paid("0.000000001")))
    desk.take_in()
    return desk


@pytest.fixture
def operator(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Otto Operator", "operator"))


def held(desk: Desk, reason: str = "signature-mismatch") -> list[UUID]:
    with tenant(desk.tenant_id):
        rows = Quarantined.objects.filter(reason__startswith=reason, state="held").order_by("delivery_id")
        return list(rows.values_list("delivery__public_id", flat=True))


def add_other(desk: Desk) -> None:
    with tenant(desk.tenant_id):
        add_key(endpoint_id=desk.endpoint.id, secret=OTHER, actor=SET_UP, at=NOON)


def test_it_counts_the_held_by_reason_in_words(operator: Client, desk: Desk, counted: Counted) -> None:
    with counted(at_most=12):
        page = operator.get("/events/quarantine/")
    html = page.content.decode()
    assert [(c["count"], c["reason"]) for c in page.context["counts"]] == [
        (3, "No key of the endpoint makes this signature"),
        (1, "Verified, and cannot be read: an amount has too many decimals"),
    ]
    assert "Quarantine: 4 deliveries held" in html
    assert "payment.value" in html
    assert "Replay all 4 of Shop" in html
    assert page.context["shell"]["counts"]["events"] == 4


def test_reasons_and_endpoints_are_filters(operator: Client, desk: Desk) -> None:
    link = operator.get("/events/quarantine/").context["counts"][0]["href"]
    assert len(operator.get(link).context["rows"]) == 3
    assert len(operator.get("/events/quarantine/?reason=none").context["rows"]) == 0
    assert operator.get("/events/quarantine/?state=nonsense&endpoint=x").status_code == 200


def test_one_is_replayed_and_says_what_was_found(operator: Client, desk: Desk) -> None:
    address = f"/events/deliveries/{held(desk)[0]}/"
    said_then = operator.post(f"{address}replay/", follow=True).content.decode()
    assert "stays held: No key of the endpoint makes this signature." in said_then
    add_other(desk)
    assert "is verified and waits to be read" in operator.post(f"{address}replay/", follow=True).content.decode()
    assert operator.post(f"{address}replay/").status_code == 404
    desk.take_in(now())
    html = operator.get(address).content.decode()
    assert "InvoiceSettled" in html
    assert "replayed it: verified" in html
    assert "Otto Operator" in html


def test_all_of_an_endpoint_are_replayed_at_one_go(operator: Client, desk: Desk) -> None:
    add_other(desk)
    html = operator.post(REPLAY, {"endpoint": desk.endpoint.id}, follow=True).content.decode()
    assert "4 deliveries of Shop replayed: 4 verified, 0 stay held." in html
    desk.take_in(now())
    with tenant(desk.tenant_id):
        assert Event.objects.count() == 3
        assert Quarantined.objects.get(state="held").reason == "unreadable: too_many_decimals"
        row = AuditEntry.objects.get(action="endpoint.replayed")
        assert (row.subject, row.detail["released"], row.detail["held"]) == ("Shop", 4, 0)


def test_one_is_set_aside_with_a_reason_and_shown_apart(operator: Client, desk: Desk) -> None:
    which = held(desk, "unreadable")[0]
    assert operator.post(f"/events/deliveries/{which}/set-aside/", {"why": " "}).status_code == 400
    html = operator.post(f"/events/deliveries/{which}/set-aside/", {"why": "a test of theirs"}, follow=True).content
    assert "is set aside." in html.decode()
    assert str(which) not in operator.get("/events/quarantine/").content.decode()
    aside = operator.get("/events/quarantine/?state=set_aside").content.decode()
    assert "a test of theirs" in aside
    assert "by Otto Operator" in aside
    with tenant(desk.tenant_id):
        assert AuditEntry.objects.get(action="delivery.set_aside").why == "a test of theirs"


def test_who_reads_is_offered_no_act_and_cannot_have_it(desk: Desk, user_of: Callable[..., User]) -> None:
    analyst = signed_in(user_of("Anna Analyst", "analyst"))
    which = held(desk)[0]
    html = (
        analyst.get("/events/quarantine/").content.decode()
        + analyst.get(f"/events/deliveries/{which}/").content.decode()
    )
    assert "/replay/" not in html
    assert "is for operator and policy admin." in html
    assert "deliveryId" not in html
    for act in (REPLAY, f"/events/deliveries/{which}/replay/", f"/events/deliveries/{which}/set-aside/"):
        assert analyst.post(act, {"endpoint": desk.endpoint.id, "why": "x"}).status_code == 403
    with tenant(desk.tenant_id):
        assert Quarantined.objects.filter(state="held").count() == 4
        assert not InboxItem.objects.exists()


def test_the_bytes_are_shown_to_those_who_may(operator: Client, acme: Tenant) -> None:
    desk = Desk(acme.id)
    desk.deliver(b"\xff\x00<b>no text</b>")
    desk.take_in()
    html = operator.get(f"/events/deliveries/{held(desk, 'unreadable')[0]}/").content.decode()
    assert "\\xff\\x00&lt;b&gt;no text" in html
    assert "<b>no text" not in html
    assert "shown as bytes" in html


def test_pages_of_the_held_meet_without_a_gap(operator: Client, acme: Tenant) -> None:
    desk = Desk(acme.id)
    for n in range(60):
        desk.deliver(said("InvoiceSettled", f"i{n}"), key=OTHER)
    first = operator.get("/events/quarantine/").context
    second = operator.get(f"/events/quarantine/{first['page']['next_href']}").context
    keys = [row["key"] for row in (*first["rows"], *second["rows"])]
    assert keys == [str(id_) for id_ in reversed(held(desk))]
    back = operator.get(f"/events/quarantine/{second['page']['previous_href']}").context
    assert back["rows"] == first["rows"]


def test_another_tenants_deliveries_answer_like_random_ids(operator: Client, rival: Tenant) -> None:
    theirs = Desk(rival.id)
    theirs.deliver(said("InvoiceSettled"), key=OTHER)
    foreign = held(theirs)[0]
    for act in ("replay", "set-aside"):
        answers = [operator.post(f"/events/deliveries/{i}/{act}/", {"why": "x"}) for i in (foreign, uuid4())]
        assert [a.status_code for a in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert operator.post(REPLAY, {"endpoint": theirs.endpoint.id}).status_code == 404
    assert operator.post(REPLAY, {"endpoint": 10**17}).status_code == 404
    assert len(held(theirs)) == 1
