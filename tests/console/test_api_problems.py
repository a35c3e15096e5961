"""Every way to be refused by the API is a problem document: no page, no redirect, no stack trace."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from console.api import bodies, events
from ledger.models import Tenant
from tests.console.test_api_orders import client_of
from tests.reconciliation.commerce.desk import stated

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "application/json"


@pytest.fixture
def api(acme: Tenant) -> Client:
    api = client_of(acme.id)
    api.raise_request_exception = False
    return api


def told(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, which is one."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (said["type"], said["status"], bool(said["title"])) == (code, status, True)
    return dict(said)


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/order/", "/api/v1/orders", "/api/v2/orders/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_none(api: Client, address: str, method: str) -> None:
    told(getattr(api, method)(address), 404, "not_found")
    strict = Client(enforce_csrf_checks=True)
    told(getattr(strict, method)(address), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "may"), [("put", "orders/", "GET"), ("get", "postings/", "POST"), ("delete", "drift/", "GET")]
)
def test_a_method_that_an_address_does_not_have(api: Client, method: str, path: str, may: str) -> None:
    answer = getattr(api, method)(f"/api/v1/{path}")
    told(answer, 405, "method_not_allowed")
    assert may in answer["Allow"]


def test_a_body_of_another_kind(api: Client) -> None:
    told(
        api.post("/api/v1/orders/", "orders=1", content_type="application/x-www-form-urlencoded"),
        415,
        "unsupported_media_type",
    )
    told(api.post("/api/v1/statements/", "{}", content_type=JSON), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"), (b"", 400, "bad_input"), (b"[]", 400, "not_an_object"), (b"\xff", 400, "not_utf8"),
        (b'{"orders": NaN}', 422, "bad_number"), (b'{"orders": 1, "orders": 2}', 422, "duplicate_key"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, 422, "too_deep"), (b"[" * 200_000, 422, "too_deep"),
        (b'{"orders": ["\\u0000"]}', 422, "bad_text"), (b'{"orders": ["\\ud800"]}', 422, "bad_text"),
        (b'{"\\ud800": 1}', 422, "bad_text"), (b'{"more": 1}', 400, "bad_input"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read(api: Client, body: bytes, status: int, code: str) -> None:
    told(api.post("/api/v1/orders/", body, content_type=JSON), status, code)


def test_a_body_that_is_too_large(api: Client) -> None:
    declared = {"CONTENT_LENGTH": str(bodies.LARGEST_JSON + 1)}
    told(api.post("/api/v1/orders/", "{}", content_type=JSON, **declared), 413, "too_large")
    told(api.post("/api/v1/statements/", {"account": "x"}, CONTENT_LENGTH=str(2**40)), 413, "too_large")


def test_a_parameter_that_nobody_knows(api: Client) -> None:
    assert told(api.get("/api/v1/orders/", {"stat": "open"}), 400, "bad_input")["where"] == "stat"
    told(api.get("/api/v1/cases/", {"class": "none"}), 400, "bad_input")
    for path in ("orders", "events", "cases", "drift"):
        told(api.get(f"/api/v1/{path}/", {"cursor": "2026-01-01~1"}), 404, "not_found")


def test_without_a_token_the_way_to_give_one_is_named(acme: Tenant) -> None:
    answer = Client().get("/api/v1/orders/")
    told(answer, 401, "not_authenticated")
    assert "Authorization: Bearer" in answer.json()["title"]
    assert answer["WWW-Authenticate"] == "Bearer"


def test_what_breaks_says_nothing_of_its_inside(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(events.event_pages, "events", breaks)
    assert "secret" not in json.dumps(told(api.get("/api/v1/events/"), 500, "server_error"))


def test_a_database_that_is_away(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(events.event_pages, "events", away)
    answer = api.get("/api/v1/events/")
    told(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"


def test_whatever_is_accepted_the_answer_is_json(api: Client) -> None:
    assert api.get("/api/v1/orders/", headers={"Accept": "text/html"}).json() == {"orders": [], "next": None}


def test_thousands_of_orders_fit_into_one_body(api: Client) -> None:
    body = json.dumps({"orders": [stated(f"A-{n}", merchant_reference="M" * 100) for n in range(5000)] + ["x"]})
    assert 1_500_000 < len(body) < bodies.LARGEST_JSON
    told(api.post("/api/v1/orders/", body, content_type=JSON), 400, "bad_input")
