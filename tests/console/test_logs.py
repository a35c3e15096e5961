"""The lines of the log: whose they are, and what never stands in them."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.test import Client
from structlog.contextvars import clear_contextvars

from console.celery import forget_the_job, name_the_job
from console.logs import configure
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.outbox import HANDLERS, Handler, enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from reconciliation.work_off import work_off
from tests.console.working import signed_in
from tests.reconciliation.books import NOW


class Lines(logging.Handler):
    """What the product's own formatter makes of each record."""

    def __init__(self) -> None:
        super().__init__()
        given = configure("INFO")["formatters"]["json"]
        self.setFormatter(given["()"](**{name: value for name, value in given.items() if name != "()"}))
        self.said: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(json.loads(self.format(record)))

    def of(self, event: str) -> dict[str, Any]:
        (found,) = [line for line in self.said if line["event"] == event]
        return found


@pytest.fixture
def lines() -> Iterator[Lines]:
    found, root = Lines(), logging.getLogger()
    root.addHandler(found)
    yield found
    root.removeHandler(found)
    clear_contextvars()


@pytest.mark.django_db(transaction=True)
def test_a_request_is_one_line_with_who_asked_for_which_route(
    lines: Lines, acme: Tenant, user_of: Callable[..., User]
) -> None:
    answer = signed_in(user_of("Anna Analyst", "analyst")).get("/payments/", {"q": "INV-secret-customer"})
    line = lines.of("request")
    assert (line["route"], line["method"], line["status"], line["tenant_id"]) == ("payments/", "GET", 200, acme.id)
    assert line["request_id"] == answer["X-Request-ID"] and len(line["request_id"]) == 32
    assert line["actor"] and line["duration_ms"] >= 0
    assert "INV-secret-customer" not in json.dumps(lines.said)


@pytest.mark.django_db(transaction=True)
def test_the_next_request_of_the_thread_inherits_nothing(
    lines: Lines, acme: Tenant, user_of: Callable[..., User]
) -> None:
    signed_in(user_of("Anna Analyst", "analyst")).get("/payments/")
    Client().get("/nowhere/at/all/")
    last = [line for line in lines.said if line["event"] == "request"][-1]
    assert "actor" not in last and "tenant_id" not in last and last["route"] == ""


@pytest.mark.django_db
def test_an_id_is_taken_over_from_a_trusted_proxy_alone(settings: Any) -> None:
    def said(word: str) -> str:
        return str(Client().get("/accounts/login/", headers={"X-Request-ID": word})["X-Request-ID"])

    assert said("from-outside-1234") != "from-outside-1234"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert said("from-outside-1234") == "from-outside-1234"
    assert said('x"}\n{"event": "forged"}') != 'x"}\n{"event": "forged"}'


@pytest.mark.django_db(transaction=True)
def test_a_job_is_named_on_every_line_and_forgotten_after_it(
    lines: Lines, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def effect(*_: Any) -> None:
        logging.getLogger("plumbline.test").info("at work")

    monkeypatch.setitem(HANDLERS, "planted", Handler(effect))
    with tenant(acme.id):
        enqueue("planted", "once", {}, at=NOW)
        item = OutboxItem.objects.get(kind="planted").id
    name_the_job(task_id="t-1", task=type("T", (), {"name": "reconciliation.sweep"}))
    work_off(acme.id, item, at=NOW)
    logging.getLogger("plumbline.test").info("between")
    forget_the_job()
    logging.getLogger("plumbline.test").info("after")
    line = lines.of("at work")
    assert (line["task"], line["task_id"], line["job"], line["item"], line["tenant_id"]) == (
        "reconciliation.sweep", "t-1", "planted", item, acme.id,
    )  # fmt: skip
    assert "item" not in lines.of("between") and lines.of("between")["task_id"] == "t-1"
    assert "task" not in lines.of("after")


@pytest.mark.django_db(transaction=True)
def test_the_open_scope_names_the_tenant(lines: Lines, acme: Tenant) -> None:
    with tenant(acme.id):
        logging.getLogger("plumbline.test").info("inside")
    logging.getLogger("plumbline.test").info("outside")
    assert lines.of("inside")["tenant_id"] == acme.id
    assert "tenant_id" not in lines.of("outside")


SECRETS = [
    ({"password": "S3CRET"}, "x"),
    ({"api_token": "S3CRET"}, "x"),
    ({"headers": {"Authorization": "Bearer S3CRET", "X": ["whsec_S3CRET"]}}, "x"),
    ({"Cookie": "sessionid=S3CRET"}, "x"),
    ({"database_url": "postgres://S3CRET"}, "x"),
    ({}, "Not Found: /hooks/S3CRET-token-of-an-endpoint/"),
    ({}, "tried Bearer S3CRET once"),
    ({}, "token pl_S3CRET came"),
    ({"error": "could not reach redis://:S3CRET@broker:6379/0"}, "x"),
    ({"error": ValueError("postgres://app:S3CRET@host/db refused")}, "x"),
    ({"asked": "/login?password=S3CRET&x=1"}, "x"),
]


@pytest.mark.parametrize(("extra", "event"), SECRETS)
def test_no_secret_leaves_by_the_log(lines: Lines, extra: dict[str, Any], event: str) -> None:
    logging.getLogger("plumbline.test").info(event, extra=extra)
    structlog.get_logger("plumbline.test").info(event, **extra)
    assert len(lines.said) == 2
    for line in lines.said:
        assert "S3CRET" not in json.dumps(line), line
        assert "[hidden]" in json.dumps(line), line


def test_nor_by_a_trace_of_an_error(lines: Lines) -> None:
    try:
        raise ConnectionError("redis://:S3CRET@broker:6379/0 is away")
    except ConnectionError:
        logging.getLogger("plumbline.test").exception("failed")
    assert "S3CRET" not in json.dumps(lines.said) and "ConnectionError" in lines.of("failed")["exception"]


def test_figures_and_references_stay_as_they_are(lines: Lines) -> None:
    extra = {
        "ledger_total": 48200,
        "drift": -48200,
        "account_id": "2010",
        "key": "10 daily",
        "reference": "pay_77",
        "currency": "ETB",
    }
    logging.getLogger("plumbline.drift").error("NON-ZERO DRIFT vs bank statement", extra=extra)
    line = lines.of("NON-ZERO DRIFT vs bank statement")
    assert {name: line[name] for name in extra} == extra
    assert (line["level"], line["logger"]) == ("error", "plumbline.drift")
