"""The audit page: every act, newest first, and how much of it no block protects yet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from ledger import audit
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db(transaction=True)
ANNA = Actor("person", "anna@example.test", frozenset({"analyst"}), "Anna")


@pytest.fixture
def auditor(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Auditor", "auditor"))


def act(tenant_id: int, action: str, subject: str, minutes_ago: int = 0, **detail: str) -> None:
    with tenant(tenant_id):
        audit.record(ANNA, now() - timedelta(minutes=minutes_ago), action, subject, why="because", **detail)


def test_it_lists_what_was_done_newest_first(acme: Tenant, auditor: Client, counted: Counted) -> None:
    with tenant(acme.id):
        seal_all(now())
    act(acme.id, "case.assigned", "C-7", minutes_ago=3, to="Anna")
    act(acme.id, "request.made", "CR-12")
    with counted(at_most=12):
        html = auditor.get("/audit/").content.decode()
    rows = html[html.index('id="rows"') :]
    assert rows.index("request.made") < rows.index("case.assigned")
    assert "because. to Anna" in rows
    assert "oldest waits 3 min" in html


def test_sealed_rows_say_so_and_the_lag_is_of_the_others(acme: Tenant, auditor: Client) -> None:
    act(acme.id, "case.assigned", "C-7", minutes_ago=30)
    with tenant(acme.id):
        sealed = seal_all(now())
    act(acme.id, "case.noted", "C-7", minutes_ago=2)
    page = auditor.get("/audit/").context
    assert page["chain"]["rows"] == sealed
    assert page["chain"]["unsealed"] == 1
    assert timedelta(minutes=2) <= page["chain"]["lag"] < timedelta(minutes=3)
    assert [row["sealed"] for row in page["rows"]][:2] == [False, True]
    # Beside other tests it may take more than one block: each takes what is older than every running transaction.
    assert sum(block.rows for block in page["blocks"]) == sealed


def test_everything_sealed_leaves_no_lag(acme: Tenant, auditor: Client) -> None:
    with tenant(acme.id):
        seal_all(now())
    html = auditor.get("/audit/").content.decode()
    assert "nothing waits" in html


def test_filters_narrow_by_object_action_person_and_day(acme: Tenant, auditor: Client) -> None:
    act(acme.id, "case.assigned", "C-7")
    act(acme.id, "request.made", "CR-12", minutes_ago=3 * 1440)

    def subjects(**asked: str) -> list[str]:
        return [row["object"] for row in auditor.get("/audit/", asked).context["rows"]]

    assert subjects(q="C-7") == ["C-7"]
    assert subjects(action="request.made") == ["CR-12"]
    assert set(subjects(actor="anna@example.test")) == {"C-7", "CR-12"}
    assert "CR-12" not in subjects(actor="anna@example.test", **{"from": str((now() - timedelta(days=1)).date())})
    assert subjects(q="C-8") == []
    assert "No entry matches" in auditor.get("/audit/", {"q": "C-8"}).content.decode()


def test_pages_go_by_position(acme: Tenant, auditor: Client, counted: Counted) -> None:
    for n in range(120):
        act(acme.id, "case.noted", f"C-{n}")
    first = auditor.get("/audit/?action=case.noted").context
    with counted(at_most=12):
        second = auditor.get(f"/audit/{first['page']['next_href']}").context
    assert [row["object"] for row in second["rows"]] == [f"C-{n}" for n in range(69, 19, -1)]
    back = auditor.get(f"/audit/{second['page']['previous_href']}").context
    assert [row["object"] for row in back["rows"]] == [f"C-{n}" for n in range(119, 69, -1)]
    last = auditor.get(f"/audit/{second['page']['next_href']}").context
    assert last["page"]["next_href"] == ""


@pytest.mark.parametrize("role", ["support", "analyst"])
def test_it_is_no_page_of_theirs(user_of: Callable[..., User], role: str) -> None:
    assert signed_in(user_of("Nobody", role)).get("/audit/").status_code == 404


def test_another_tenants_acts_are_not_in_it(acme: Tenant, rival: Tenant, auditor: Client) -> None:
    act(rival.id, "case.assigned", "C-999")
    assert "C-999" not in auditor.get("/audit/").content.decode()
    assert auditor.get("/audit/?q=C-999").context["rows"] == []


def test_text_of_others_is_shown_and_not_run(acme: Tenant, auditor: Client) -> None:
    act(acme.id, "case.noted", "<img src=x onerror=alert(1)>", note='" hx-get="/x')
    html = auditor.get("/audit/").content.decode()
    assert "<img src=x" not in html
    assert 'hx-get="/x' not in html
