"""Orders by API: recorded once by the shop's own id, read back by position, and told to nobody else."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import now

from console.api import orders as api_orders
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.commerce.models import Order
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import User
from tests.people import SET_UP, acting
from tests.reconciliation.commerce.desk import stated

pytestmark = pytest.mark.django_db(transaction=True)


def client_of(tenant_id: int, name: str = "shop") -> Client:
    with tenant(tenant_id):
        secret = issue_token(name=name, actor=SET_UP, at=now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def api(acme: Tenant) -> Client:
    return client_of(acme.id)


def post(api: Client, *orders: Any) -> Any:
    return api.post("/api/v1/orders/", json.dumps({"orders": list(orders)}), content_type="application/json")


def test_an_order_is_recorded_once_and_told_apart_from_another(api: Client, acme: Tenant) -> None:
    first, again = post(api, stated("A-1")), post(api, stated("A-1"), stated("A-2"))
    assert (first.status_code, first.json()) == (200, [{"order_ref": "A-1", "created": True, "state": "open"}])
    assert [row["created"] for row in again.json()] == [False, True]
    other = post(api, stated("A-3"), stated("A-1", amount_minor="7"))
    assert (other.status_code, other.json()["type"], other.json()["where"]) == (409, "order_differs", "orders[1]")
    assert other["Content-Type"] == "application/problem+json"
    with tenant(acme.id):
        assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "orders"), ([], None), ({"orders": {}}, "orders"), ({"orders": []}, "orders"),
        ({"orders": [stated()] * 5001}, "orders"), ({"orders": ["A-1"]}, "orders[0]"),
        ({"orders": [stated("A-1"), stated("A-2", amount_minor="1_000")]}, "orders[1].amount_minor"),
        ({"orders": [stated("A-1"), stated("A-1")]}, "orders[1].order_ref"),
        ({"orders": [stated(metadata={"x": "\u0000"})]}, "orders[0].metadata.x"),
        ({"orders": [stated(state="fulfilled")]}, "orders[0].state"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(api: Client, acme: Tenant, body: Any, where: str | None) -> None:
    answer = api.post("/api/v1/orders/", json.dumps(body), content_type="application/json")
    cannot_be = where in ("orders[1].order_ref", "orders[0].metadata.x")
    assert (answer.status_code, answer.json().get("where")) == (422 if cannot_be else 400, where)
    with tenant(acme.id):
        assert not Order.objects.exists()


def test_an_order_is_read_back_as_it_was_stated(api: Client) -> None:
    post(api, stated("INV/2026 #7?", merchant_reference="M-1", metadata={"basket": 3}))
    told = api.get("/api/v1/orders/INV/2026%20%237%3F/").json()
    asked = stated("INV/2026 #7?", merchant_reference="M-1", metadata={"basket": 3})
    same = {name: told[name] for name in asked if not name.endswith("_at")}
    assert same == {name: value for name, value in asked.items() if not name.endswith("_at")}
    assert (told["placed_at"], told["state"], told["source"], told["moves"]) == (
        "2026-03-10T08:00:00+00:00",
        "open",
        "api",
        [],
    )


def test_pages_follow_one_another_without_a_gap(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_orders, "PAGE", 4)
    post(api, *(stated(f"A-{n:02}") for n in range(11)))  # all placed at one instant
    found, cursor = [], ""
    for _ in range(4):
        page = api.get("/api/v1/orders/", {"cursor": cursor} if cursor else {}).json()
        found += [o["order_ref"] for o in page["orders"]]
        if (cursor := page["next"]) is None:
            break
    assert found == [f"A-{n:02}" for n in reversed(range(11))]
    assert api.get("/api/v1/orders/", {"state": "fulfilled"}).json() == {"orders": [], "next": None}
    assert api.get("/api/v1/orders/", {"state": "gone"}).json()["where"] == "state"


def test_anothers_order_answers_like_none(api: Client, acme: Tenant, rival: Tenant) -> None:
    post(api, stated("A-1"))
    foreign = client_of(rival.id)
    with tenant(rival.id):
        assert not Order.objects.exists()
    theirs, random = foreign.get("/api/v1/orders/A-1/"), foreign.get("/api/v1/orders/A-2/")
    assert (
        (theirs.status_code, theirs.json()["type"]) == (random.status_code, random.json()["type"]) == (404, "not_found")
    )
    with tenant(acme.id):
        cursor = str(Order.objects.get().public_id)
    for place in (cursor, str(uuid4()), "nonsense", "\x00"):
        assert foreign.get("/api/v1/orders/", {"cursor": place}).status_code == 404
    assert post(foreign, stated("A-1", amount_minor="7")).json()[0]["created"]


def test_people_read_orders_and_record_none(acme: Tenant, api: Client, user_of: Callable[..., User]) -> None:
    post(api, stated("A-1"))
    at = now()
    who = acting(user_of("Sami Support", "support"), acme.id)
    with tenant(acme.id):
        secret = make_own_token(name="mine", proven_at=at, actor=who, at=at)
    person = Client(headers={"Authorization": f"Bearer {secret}"})
    assert person.get("/api/v1/orders/A-1/").status_code == 200
    refused = post(person, stated("A-2"))
    assert (refused.status_code, refused.json()["type"]) == (403, "not_permitted")
