"""The API for machines: the token names the tenant, the same use cases answer, errors are problem+json, keys make it idempotent."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.people.issue_token import issue_token
from tests.people import SET_UP
from tests.stories.notation import Line
from tests.stories.world import World

POSTING = {
    "key": "api-1", "use_case": "ewa", "effective_on": "2026-03-10", "payment_id": "p1", "partner_reference": "D1",
    "entries": [
        {"account": "emp", "direction": "DEBIT", "amount_minor": "400"},
        {"account": "clr", "direction": "CREDIT", "amount_minor": "400"},
    ],
}  # fmt: skip


@pytest.fixture
def world(acme: Tenant) -> World:
    return World(acme.id)


@pytest.fixture
def api(world: World) -> Client:
    with tenant(world.tenant_id):
        secret = issue_token(name="core", actor=SET_UP, at=now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(api: Client, path: str, body: Any) -> Any:
    return api.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_a_posting_is_written_once_and_told_apart_from_another(api: Client, world: World) -> None:
    first = post(api, "postings/", {"postings": [POSTING]})
    again = post(api, "postings/", {"postings": [POSTING]})
    other = post(api, "postings/", {"postings": [POSTING | {"payment_id": "p2"}]})
    assert (first.status_code, first.json()[0]["created"]) == (200, True)
    assert (again.status_code, again.json()[0]["created"]) == (200, False)
    assert first.json()[0]["id"] == again.json()[0]["id"]
    assert (other.status_code, other.json()["type"]) == (409, "key_reused_for_another_payload")
    with tenant(world.tenant_id):
        assert LedgerTransaction.objects.count() == 1


def test_a_batch_is_all_or_nothing(api: Client, world: World) -> None:
    lopsided = POSTING | {
        "key": "api-2",
        "entries": [POSTING["entries"][0], POSTING["entries"][1] | {"amount_minor": "399"}],
    }  # type: ignore[index,operator]
    answer = post(api, "postings/", {"postings": [POSTING, lopsided]})
    assert (answer.status_code, answer.json()["type"]) == (422, "unbalanced")
    assert answer["Content-Type"] == "application/problem+json"
    with tenant(world.tenant_id):
        assert LedgerTransaction.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"key": ""}, "postings[0].key"),
        ({"effective_on": "10.03.2026"}, "postings[0].effective_on"),
        ({"status": "DONE"}, "postings[0].status"),
        ({"metadata": {"x": "\u0000"}}, "postings[0].metadata.x"),
        ({"metadata": [1]}, "postings[0].metadata"),
        ({"surprise": 1}, "postings[0].surprise"),
        ({"entries": []}, "postings[0].entries"),
        (
            {"entries": [{"account": "emp", "direction": "DEBIT", "amount_minor": 400}] * 2},
            "postings[0].entries[0].amount_minor",
        ),
        (
            {"entries": [{"account": "emp", "direction": "DEBIT", "amount_minor": "1e3"}] * 2},
            "postings[0].entries[0].amount_minor",
        ),
        (
            {"entries": [{"account": "emp", "direction": "DEBIT", "amount_minor": "-5"}] * 2},
            "postings[0].entries[0].amount_minor",
        ),
        (
            {"entries": [{"account": "emp", "direction": "UP", "amount_minor": "5"}] * 2},
            "postings[0].entries[0].direction",
        ),
    ],
)
def test_bad_input_is_refused_with_its_place(api: Client, change: dict[str, Any], where: str) -> None:
    answer = post(api, "postings/", {"postings": [POSTING | change]})
    status = 422 if where.endswith("metadata.x") else 400
    assert (answer.status_code, answer.json().get("where")) == (status, where)


def test_planned_money_is_confirmed_once(api: Client) -> None:
    made = post(api, "postings/", {"postings": [POSTING | {"status": "PENDING"}]}).json()[0]["id"]
    assert post(api, f"transactions/{made}/confirm/", {"effective_on": "2026-03-11"}).json() == {
        "id": made,
        "status": "POSTED",
    }
    assert post(api, f"transactions/{made}/confirm/", {}).status_code == 409
    assert post(api, f"transactions/{made}/fail/", {}).json()["type"] == "not_pending"


def test_a_transaction_answers_to_the_id_that_pages_show(api: Client) -> None:
    made = post(api, "postings/", {"postings": [POSTING | {"status": "PENDING"}]}).json()[0]["id"]
    failed = post(api, f"transactions/LT-{made[:8].upper()}/fail/", {})
    assert failed.json() == {"id": made, "status": "FAILED"}
    anew = post(api, "postings/", {"postings": [POSTING | {"key": "anew", "corrects": f"LT-{made[:8]}"}]})
    assert anew.status_code == 200, anew.content
    assert post(api, "transactions/LT-00000000/confirm/", {}).status_code == 404
    assert post(api, "transactions/nonsense/confirm/", {}).json()["type"] == "unknown_transaction"


def test_drift_comes_out_as_the_commands_state_it(api: Client, world: World) -> None:
    post(api, "postings/", {"postings": [POSTING]})
    world.line(Line("L1", "clr", "2026-03-10", -390, "D1"))
    world.cover("clr", date(2026, 3, 10))
    answer = post(api, "reconcile/", {"account": "clr", "period": "2026-03-10"})
    (check,) = answer.json()["checks"]
    assert (check["verdict"], check["drift"], check["unexplained"]) == ("DRIFTED", "10", "0")
    assert check["contributions"][0]["reason"] == "amount mismatch: ledger 400, bank 390"
    assert check["contributions"][0]["payment_ids"] == ["p1"]
    read = api.get("/api/v1/drift/", {"account": "clr", "period": "2026-03-10"})
    assert read.json()["checks"] == [check]


@pytest.mark.parametrize("secret", ["", "Bearer", "Bearer nonsense", "Bearer \xfc", "Basic eDp5"])
def test_without_a_token_nothing_answers(world: World, secret: str) -> None:
    answer = Client(headers={"Authorization": secret}).get("/api/v1/drift/")
    assert answer.status_code == 401


def test_a_token_reaches_its_own_tenant_alone(api: Client, world: World, rival: Tenant) -> None:
    made = post(api, "postings/", {"postings": [POSTING | {"status": "PENDING"}]}).json()[0]["id"]
    with tenant(rival.id):
        foreign = Client(headers={"Authorization": f"Bearer {issue_token(name='core', actor=SET_UP, at=now())}"})
    theirs = post(foreign, f"transactions/{made}/confirm/", {})
    random = post(foreign, "transactions/00000000-0000-4000-8000-000000000000/confirm/", {})
    assert theirs.status_code == random.status_code == 404
    assert theirs.json()["type"] == random.json()["type"]
    assert foreign.get("/api/v1/drift/", {"account": "clr"}).status_code == 404


def test_what_was_posted_names_who_posted_it(api: Client, world: World) -> None:
    post(api, "postings/", {"postings": [POSTING]})
    with tenant(world.tenant_id):
        row = AuditEntry.objects.get(action="transaction.posted")
        assert (row.actor_kind, row.actor, row.policy_version) == ("token", "core", "Postings v1")


def test_the_schema_describes_every_route_and_warns_of_nothing() -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=(said := StringIO()))
    for path in (
        "postings",
        "statements",
        "reconcile",
        "drift",
        "transactions/{public_id}/confirm",
        "transactions/{public_id}/fail",
        "corrections",
        "corrections/CR-{number}",
        "corrections/CR-{number}/withdraw",
        "orders",
        "orders/{order_ref}",
    ):
        assert f"/api/v1/{path}/:" in said.getvalue()
