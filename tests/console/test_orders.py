"""The pages of orders: found by how they begin, paged by position, moved by a controller alone."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.commerce.apply_moves import OrderStep
from reconciliation.commerce.models import Order
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.people import acting
from tests.reconciliation.commerce.desk import asked, moves_of, order_of, take
from tests.reconciliation.commerce.test_apply_moves import apply

pytestmark = pytest.mark.django_db(transaction=True)
UserMaker = Callable[..., User]
HX = {"HX-Request": "true", "HX-Target": "order"}


@pytest.fixture
def client(user_of: UserMaker) -> Client:
    return signed_in(user_of("Simon Support", "support"))


@pytest.fixture
def controller(user_of: UserMaker) -> Client:
    return signed_in(user_of("Carla Controller", "controller"))


@pytest.fixture
def shop(acme: Tenant) -> None:
    take(
        acme.id, asked("A-1", merchant_reference="INV-1"), asked("A-2", payment_id="p2", amount_minor="7"),
        asked("B/2026 1?", payment_id="", amount_minor="1248000", asset="ETB", rail="", network="", due_at=None),
    )  # fmt: skip


def sent(**changed: str) -> dict[str, str]:
    return {
        "order": "A-1", "seen": "open", "what": "fulfilled GOODS_SENT_BY_SUPPORT", "ticket": "SUP-17", "note": "", "key": "k1",
    } | changed  # fmt: skip


def test_the_list_shows_what_is_expected(client: Client, shop: None, counted: Counted) -> None:
    with counted(at_most=12):
        html = client.get("/orders/").content.decode()
    assert "0.00050000" in html
    assert "12,480.00" in html
    assert html.index("B/2026") < html.index("A-2") < html.index("A-1")
    assert '/orders/B/2026%201%3F/"' in html
    assert "overdue" in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ({"q": "A-"}, {"A-1", "A-2"}),
        ({"q": "A-1"}, {"A-1"}),
        ({"q": "p2"}, {"A-2"}),
        ({"q": "INV"}, {"A-1"}),
        ({"q": "a-"}, set()),
        ({"q": "%"}, set()),
        ({"q": "-1"}, set()),
        ({"state": "open"}, {"A-1", "A-2", "B/2026 1?"}),
        ({"state": "disputed"}, set()),
        ({"state": "gone"}, {"A-1", "A-2", "B/2026 1?"}),
        ({"q": "A", "state": "open"}, {"A-1", "A-2"}),
        ({"q": "\x00"}, {"A-1", "A-2", "B/2026 1?"}),
    ],
)  # fmt: skip
def test_orders_are_found_by_how_they_begin(
    client: Client, shop: None, asked_for: dict[str, str], found: set[str]
) -> None:
    html = client.get("/orders/", asked_for).content.decode()
    assert {ref for ref in ("A-1", "A-2", "B/2026 1?") if f'data-row="{ref}"' in html} == found
    assert ("No order matches" in html) == (not found)


def test_the_first_day_says_where_orders_come_from(client: Client) -> None:
    assert "No order yet" in client.get("/orders/").content.decode()


def test_rows_come_alone_for_htmx(client: Client, shop: None) -> None:
    html = client.get("/orders/", headers={"HX-Request": "true", "HX-Target": "rows"}).content.decode()
    assert 'id="rows"' in html
    assert "<html" not in html


def test_pages_go_by_position_and_meet_without_a_gap(client: Client, acme: Tenant, counted: Counted) -> None:
    take(acme.id, *(asked(f"A-{n:03}") for n in range(105)))  # all placed at one instant
    found, address = [], "/orders/"
    for _ in range(3):
        with counted(at_most=12):
            html = client.get(address).content.decode()
        found += [f"A-{n:03}" for n in reversed(range(105)) if f'data-row="A-{n:03}"' in html]
        address = "/orders/" + html.split('">Next 50</a>')[0].rsplit('href="', 1)[-1].split('"')[0].replace(
            "&amp;", "&"
        )
    assert found == [f"A-{n:03}" for n in reversed(range(105))]


def test_an_order_shows_who_moved_it_and_why(
    client: Client, controller: Client, shop: None, acme: Tenant, counted: Counted
) -> None:
    controller.post("/order-moves/", sent(note="by courier\n<b>now</b>"))
    apply(acme.id, [OrderStep(order_of(acme.id).id, "fulfilled", "disputed")], "rule")
    with counted(at_most=12):
        html = client.get("/orders/A-1/").content.decode()
    for said in (
        "Carla Controller",
        "support sent the goods",
        "SUP-17",
        "By rule",
        "is disputed",
        "clause 3",
        "clause 2",
        "&lt;b&gt;",
    ):
        assert said in html, said
    assert "Move it by hand" not in html
    assert "needs the role controller" in html
    assert html.index("By rule") < html.index("Carla Controller")


def test_an_order_id_may_hold_what_addresses_may_not(client: Client, shop: None) -> None:
    html = client.get("/orders/B/2026%201%3F/").content.decode()
    assert "waits for 12,480.00 ETB" in html


def test_a_controller_moves_it_without_script(controller: Client, shop: None, acme: Tenant) -> None:
    assert "Move it by hand" in controller.get("/orders/A-1/").content.decode()
    answer = controller.post("/order-moves/", sent(), follow=True)
    assert answer.redirect_chain == [("/orders/A-1/", 302)]
    assert "moved from open to fulfilled" in answer.content.decode()
    controller.post("/order-moves/", sent())  # a double click
    assert moves_of(acme.id) == [("open", "fulfilled", "operator")]
    with tenant(acme.id):
        row = AuditEntry.objects.get(action="order.moved")
        assert (row.actor, row.subject) == ("carla.controller@example.test", "A-1")
    assert 'href="/orders/A-1/"' in controller.get("/audit/").content.decode()


def test_htmx_gets_the_order_anew(controller: Client, shop: None) -> None:
    answer = controller.post("/order-moves/", sent(), headers=HX)
    html = answer.content.decode()
    assert 'id="order"' in html
    assert "was fulfilled" in html
    assert "<html" not in html
    assert "ticket SUP-17" in answer["HX-Trigger"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"ticket": " "}, 400),
        ({"what": ""}, 400),
        ({"what": "fulfilled CHARGEBACK_OPENED"}, 400),
        ({"what": "fulfilled OTHER"}, 400),
        ({"what": "disputed OTHER", "note": "x"}, 409),
        ({"seen": "fulfilled", "what": "disputed CHARGEBACK_OPENED"}, 409),
        ({"order": "A-9"}, 404),
        ({"order": "\x00"}, 404),
        ({"key": ""}, 400),
        ({"note": "n" * 2001}, 400),
        ({"note": "\x00"}, 400),
    ],
)  # fmt: skip
def test_a_move_that_is_not_allowed_changes_nothing(
    controller: Client, shop: None, acme: Tenant, changed: dict[str, str], status: int
) -> None:
    answer = controller.post("/order-moves/", sent(**changed), headers=HX)
    assert answer.status_code == status
    assert answer["HX-Retarget"] == "#refusals"
    assert (order_of(acme.id).state, moves_of(acme.id)) == ("open", [])


def test_nobody_else_moves_it(user_of: UserMaker, shop: None, acme: Tenant) -> None:
    for role in ("support", "analyst", "policy_admin", "auditor", "operator"):
        assert signed_in(user_of(f"The {role}", role)).post("/order-moves/", sent()).status_code == 403
    assert order_of(acme.id).state == "open"


def test_anothers_order_answers_like_a_random_one(acme: Tenant, rival: Tenant, shop: None, user_of: UserMaker) -> None:
    rita = user_of("Rita Rival", "controller", tenant_id=rival.id)
    client = signed_in(rita)
    assert acting(rita, rival.id).roles == {"controller"}
    theirs, random = client.get("/orders/A-1/"), client.get("/orders/A-9/")
    assert (theirs.status_code, theirs.content) == (random.status_code, random.content)
    with tenant(acme.id):
        place = Order.objects.order_by("id")[0].public_id
    for mark in (place, uuid4(), "nonsense"):
        assert client.get(f"/orders/?after={mark}").status_code == 404
    assert "A-1" not in client.get("/orders/?q=A").content.decode()
    assert client.post("/order-moves/", sent()).status_code == 404
    assert order_of(acme.id).state == "open"
