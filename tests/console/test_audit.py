"""The audit page: every act, newest first, and how much of it no block protects yet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from ledger import audit
from ledger.actors import Actor
from ledger.models import AuditEntry, AuditVerification, Tenant
from ledger.record_verification import record_verification
from ledger.tenancy import tenant
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from reconciliation.work_off import work_off
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.reconciliation.books import Books
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
    with counted(at_most=14):
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
    assert sum(block["rows"] for block in page["blocks"]) == sealed


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
    with counted(at_most=14):
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


def test_its_figures_add_up(acme: Tenant, auditor: Client) -> None:
    for n in range(3):
        act(acme.id, "case.noted", f"C-{n}")
    with tenant(acme.id):
        seal_all(now())
    record_verification(acme.id, actor=ANNA, at=now())
    with tenant(acme.id):
        sealed_since = seal_all(now())
    act(acme.id, "case.noted", "C-9")
    page = auditor.get("/audit/")
    chain, html = page.context["chain"], page.content.decode()
    with tenant(acme.id):
        assert chain["written"] == AuditEntry.objects.count() == chain["rows"] + chain["unsealed"]
    assert chain["rows"] == chain["verified_rows"] + chain["since"]
    assert chain["since"] == sealed_since > 0, "the verification's own row"
    assert (
        f"{chain['verified_rows']} sealed rows, up to block {chain['verified_blocks']}; {sealed_since} sealed since"
        in html
    )
    assert [b["verified"] for b in page.context["blocks"]] == [
        b["number"] <= chain["verified_blocks"] for b in page.context["blocks"]
    ]
    assert html.count("Numbers may skip") == 1


def test_ids_are_short_with_the_whole_in_the_title_and_details_are_words(acme: Tenant, auditor: Client) -> None:
    whole = "1a2b3c4d-0000-4000-8000-000000000001"
    act(acme.id, "transaction.posted", whole)
    act(acme.id, "cases.selected", whole)
    act(acme.id, "request.made", "CR-1", about=whole, amount_minor="123456", currency="ETB")
    with tenant(acme.id):
        audit.record(ANNA, now(), "ledger.verified", "the book", ok=True, head=f"12:{'ab' * 32}", days=["2026-03-10"])
    rows = {row["action"]: row for row in auditor.get("/audit/").context["rows"]}
    assert rows["transaction.posted"]["object"] == "LT-1A2B3C4D"
    assert rows["cases.selected"]["object"] == "1a2b3c4d…"
    assert rows["request.made"]["text"] == "because. 1,234.56 ETB, about LT-1A2B3C4D"
    assert rows["ledger.verified"]["text"] == "everything holds, up to block 12, days 10 Mar"
    assert all(whole in rows[action]["whole"] for action in ("transaction.posted", "cases.selected", "request.made"))
    assert f'title="{whole}' in auditor.get("/audit/").content.decode()


def ask(client: Client, key: str = "k1") -> int:
    return client.post("/audit/verify/", {"key": key}).status_code


def asked_for(acme: Tenant) -> list[OutboxItem]:
    with tenant(acme.id):
        return list(OutboxItem.objects.filter(kind="verify_ledger").order_by("id"))


def test_verify_now_is_asked_once_made_by_a_worker_and_shown(acme: Tenant, auditor: Client) -> None:
    assert 'action="/audit/verify/"' in auditor.get("/audit/").content.decode()
    assert [ask(auditor), ask(auditor)] == [302, 302]
    (item,) = asked_for(acme)
    with tenant(acme.id):
        row = AuditEntry.objects.get(action="verification.requested")
    assert (row.actor, row.actor_kind) == ("auditor@example.test", "person")
    html = auditor.get("/audit/").content.decode()
    assert 'hx-get="/audit/chain/" hx-trigger="every 1s"' in html
    assert "A verification waits for a worker" in html
    assert "A verification is under way." in html
    polled = auditor.get("/audit/chain/")
    assert "HX-Refresh" not in polled.headers and 'id="chain"' in polled.content.decode()
    assert work_off(acme.id, item.id, at=now())
    done = auditor.get("/audit/chain/")
    assert done.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in done.content.decode()
    assert "Unbroken" in done.content.decode()
    with tenant(acme.id):
        assert AuditVerification.objects.get().ok
    assert ask(auditor, "k2") == 302


def test_only_one_is_under_way(acme: Tenant, auditor: Client) -> None:
    assert ask(auditor) == 302
    assert ask(auditor, "k2") == 409
    assert len(asked_for(acme)) == 1


def test_who_may_not_verify_is_told_who_may(user_of: Callable[..., User], acme: Tenant) -> None:
    controller = signed_in(user_of("Checker", "controller"))
    html = controller.get("/audit/").content.decode()
    assert "Verifying needs the role auditor or operator; you act as controller." in html
    assert ask(controller) == 403
    assert asked_for(acme) == []


def test_an_object_is_found_by_the_short_id(acme: Tenant, auditor: Client) -> None:
    whole = Books(acme.id).play("T1 10 ewa 900 @D1").ids["T1"]
    rows = auditor.get("/audit/", {"q": f"LT-{whole[:8].upper()}"}).context["rows"]
    assert [row["action"] for row in rows] == ["transaction.posted"]
    assert auditor.get("/audit/", {"q": "LT-00000000"}).context["rows"] == []
