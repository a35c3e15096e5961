"""The bank's pages: a file is shown before it counts, the calendar says what is missing, lines page by position."""

from collections.abc import Callable
from datetime import datetime
from typing import get_args
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from console.pages.coverage import STATES
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.coverage import State
from reconciliation.bank.formats.limits import LIMITS
from reconciliation.bank.models import BankImport, BankLine
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.reconciliation.bank.desk import Desk, desk, mt940

pytestmark = pytest.mark.django_db(transaction=True)
FILE = mt940(1000, [(500, "A1"), (-200, "A2")])


@pytest.fixture
def bank(acme: Tenant, evening: datetime) -> Desk:
    return desk(acme.id)


@pytest.fixture
def analyst(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Anna Analyst", "analyst"))


@pytest.fixture
def auditor(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Otto Auditor", "auditor"))


def given(content: bytes = FILE, name: str = "day.sta", account: str = "cash", **more: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content), "account": account, "format": "auto", **more}


def uploaded(client: Client, bank: Desk, content: bytes = FILE, name: str = "day.sta") -> str:
    """Upload a file and let the worker read it; the address of its import."""
    answer = client.post("/bank/imports/", given(content, name))
    assert answer.status_code == 302, answer.content.decode()
    bank.work(at=datetime.fromisoformat("2026-03-12T21:00:00+00:00"))
    return str(answer["Location"])


def test_nothing_set_up_says_what_comes_first(acme: Tenant, analyst: Client, user_of: Callable[..., User]) -> None:
    html = analyst.get("/bank/").content.decode()
    assert "Bank: no account is set up" in html
    assert "Set up a bank account first." in html
    admin = signed_in(user_of("Admin", "policy_admin")).get("/bank/").content.decode()
    assert 'href="/settings/banks/"' in admin
    assert analyst.get("/bank/lines/").status_code == 302


def test_a_file_is_received_read_shown_and_imported(analyst: Client, bank: Desk, counted: Counted) -> None:
    bank.post(500, "A1")
    where = uploaded(analyst, bank)
    with counted(at_most=12):
        html = analyst.get(where).content.decode()
    assert "Import 2 lines" in html
    assert "opening + lines = closing" in html
    assert "Would make of 10 Mar" in html
    assert "−2.00" in html or "+2.00" in html  # A2 has no entry: the day would drift
    assert bank.lines() == []
    said = analyst.post(f"{where}confirm/", follow=True).content.decode()
    assert "2 lines imported" in said
    assert bank.lines() == [(500, "A1"), (-200, "A2")]
    again = analyst.post(f"{where}confirm/")
    assert again.status_code == 409


def test_the_progress_is_asked_for_until_the_file_is_read(analyst: Client, bank: Desk) -> None:
    where = str(analyst.post("/bank/imports/", given())["Location"])
    first = analyst.get(f"{where}progress/")
    assert 'hx-trigger="every 1s"' in first.content.decode()
    assert "waits for a worker" in first.content.decode()
    assert "Waits for the trial match." in analyst.get(where).content.decode()
    bank.work(at=datetime.fromisoformat("2026-03-12T21:00:00+00:00"))
    last = analyst.get(f"{where}progress/")
    assert last["HX-Retarget"] == "#import"
    assert "every 1s" not in last.content.decode()
    assert "Import 2 lines" in last.content.decode()
    assert 'hx-swap-oob="true"' in last.content.decode()  # the day in the calendar is in preview now


def test_the_same_file_is_the_same_import(analyst: Client, bank: Desk) -> None:
    where = uploaded(analyst, bank)
    again = analyst.post("/bank/imports/", given(name="other-name.sta"), follow=True)
    assert again.redirect_chain[-1][0] == where
    assert "and waits here; this upload changed nothing." in again.content.decode()
    analyst.post(f"{where}confirm/")
    again = analyst.post("/bank/imports/", given(), follow=True)
    assert "The same file was imported 12 Mar 20:00 UTC; this upload changed nothing." in again.content.decode()


def test_the_headline_follows_a_file_that_was_refused(analyst: Client, bank: Desk) -> None:
    where = uploaded(analyst, bank, mt940(0, [(1, "X")], account="OTHER9999"))
    html = analyst.get(f"{where}progress/").content.decode()
    assert 'id="bank-head" hx-swap-oob="true"' in html
    assert "waits for you</h1>" not in html


def test_the_account_that_was_chosen_stays_chosen(analyst: Client, bank: Desk) -> None:
    where = uploaded(analyst, bank)
    page = analyst.get(where).context
    assert [a["on"] for a in page["upload"]["accounts"]] == [True]
    assert [a["on"] for a in analyst.get("/bank/").context["upload"]["accounts"]] == [False]


def test_a_file_is_discarded_and_may_come_again(analyst: Client, bank: Desk) -> None:
    where = uploaded(analyst, bank)
    assert "discarded" in analyst.post(f"{where}discard/", follow=True).content.decode()
    assert bank.lines() == []
    assert uploaded(analyst, bank) != where


def test_a_refused_file_says_where_and_why(analyst: Client, bank: Desk) -> None:
    html = analyst.get(uploaded(analyst, bank, mt940(0, [(1, "X")], account="OTHER9999"))).content.decode()
    assert "nothing of it was kept" in html
    assert "OTHER9999" in html
    assert "Import" not in html.split('id="imp-h"')[1].split("</section>")[0].replace("Imported", "")


def test_what_does_not_add_up_is_said_before_anything_counts(analyst: Client, bank: Desk) -> None:
    html = analyst.get(uploaded(analyst, bank, mt940(1000, [(500, "A1")], closing=9999))).content.decode()
    assert "opening + lines ≠ closing" in html
    assert "Refuse" in html


def test_a_day_that_stays_unknown_is_a_finding(analyst: Client, bank: Desk) -> None:
    bank.take_in(mt940(0, [(100, "A0")], day=9))
    html = analyst.get(uploaded(analyst, bank, mt940(777, [(500, "A1")]))).content.decode()
    assert "1 finding " in html
    assert "1 to check" in html
    assert "10 Mar would stay unknown: opening 7.77 ETB is not the previous closing 1.00 ETB" in html
    assert "Nothing to remark" not in html


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"content": b""}, "the file is empty"),
        ({"format": "mt940", "profile": "x"}, "a CSV profile does not go with the format mt940"),
        ({"format": "zip"}, "the format is auto or one of"),
    ],
)
def test_an_upload_that_cannot_be_read_comes_back_with_the_reason(
    analyst: Client, bank: Desk, changed: dict[str, bytes], says: str
) -> None:
    answer = analyst.post("/bank/imports/", given(**changed))  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_no_file_is_said_too(analyst: Client, bank: Desk) -> None:
    answer = analyst.post("/bank/imports/", {"account": "cash"})
    assert answer.status_code == 400
    assert "Choose a file first." in answer.content.decode()


def test_a_file_too_large_is_refused_and_not_kept(analyst: Client, bank: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from console import uploads

    monkeypatch.setattr(uploads, "LIMITS", replace(LIMITS, max_bytes=100_000))
    answer = analyst.post("/bank/imports/", given(b"x" * 300_000))
    assert answer.status_code == 400
    assert "larger than" in answer.content.decode()
    with tenant(bank.tenant_id):
        assert not BankImport.objects.exists()


def test_an_upload_needs_its_token(bank: Desk, user_of: Callable[..., User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of("Anna", "analyst"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/bank/imports/", given()).status_code == 403
    with tenant(bank.tenant_id):
        assert not BankImport.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/x.sta", "<img src=x onerror=alert(1)>.sta", "a\u202egnp.sta", "n" * 4000])
def test_a_file_name_is_shown_and_is_never_a_path(analyst: Client, bank: Desk, name: str) -> None:
    html = analyst.get(uploaded(analyst, bank, name=name)).content.decode()
    assert "<img src=x" not in html
    assert "../" not in html.split("<main")[1].split("</main>")[0]
    assert "\u202e" not in html


def test_the_calendar_says_what_is_missing(analyst: Client, bank: Desk, counted: Counted) -> None:
    bank.take_in(mt940(0, [(500, "A1")], day=9))
    bank.take_in(mt940(700, [(1, "A3")], day=11, sequence=3))
    with counted(at_most=12):
        page = analyst.get("/bank/").context
    days = {day["on"].day: day["state"] for day in page["coverage"]["rows"][0]["days"]}
    assert days[1] == "holiday"  # before the account was opened
    assert (days[9], days[10], days[11], days[12]) == ("complete", "missing", "complete", "due")
    assert days[13] == "future"
    assert "not covered" in page["title"]
    uploaded(analyst, bank, mt940(500, [(200, "A2")], day=10, sequence=2))
    page = analyst.get("/bank/").context
    days = {day["on"].day: day for day in page["coverage"]["rows"][0]["days"]}
    assert days[10]["state"] == "preview"
    assert days[10]["href"].startswith("/bank/imports/")
    assert page["title"] == "Bank: 1 import waits for you"


def test_a_month_comes_alone_for_htmx_and_whole_without(analyst: Client, bank: Desk) -> None:
    part = analyst.get("/bank/coverage/?m=2026-04", headers={"HX-Request": "true", "HX-Target": "coverage"})
    assert "April 2026" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "<html" in analyst.get("/bank/coverage/?m=2026-04").content.decode()
    assert "March 2026" in analyst.get("/bank/coverage/?m=never").content.decode()


def test_lines_page_by_position_and_say_how_they_stand(analyst: Client, bank: Desk, counted: Counted) -> None:
    bank.post(1, "R1")
    bank.take_in(mt940(0, [(n, f"R{n}") for n in range(1, 61)], day=9))
    bank.work()
    with counted(at_most=12):
        first = analyst.get("/bank/lines/").context
    assert [row["reference"] for row in first["rows"]] == [f"R{n}" for n in range(60, 10, -1)]
    with counted(at_most=12):
        second = analyst.get(f"/bank/lines/{first['page']['next_href']}").context
    assert [row["reference"] for row in second["rows"]] == [f"R{n}" for n in range(10, 0, -1)]
    assert all(row["case"] for row in second["rows"][:-1])
    assert all(row["case"] or row["rule"] for row in second["rows"])
    back = analyst.get(f"/bank/lines/{second['page']['previous_href']}").context
    assert [row["key"] for row in back["rows"]] == [row["key"] for row in first["rows"]]
    assert [row["reference"] for row in analyst.get("/bank/lines/?q=r-7").context["rows"]] == ["R7"]
    assert analyst.get("/bank/lines/?from=2026-03-10").context["rows"] == []
    assert "No line here" in analyst.get("/bank/lines/?q=nothing").content.decode()


def test_older_files_are_pages_away(analyst: Client, bank: Desk, counted: Counted) -> None:
    for day in range(2, 12):
        bank.take_in(mt940(100 * day, [(100, f"A{day}")], day=day), f"day{day}.sta")
        bank.take_in(mt940(100 * day, [(100, f"A{day}")], day=day, reference="T"), f"again{day}.sta")
    with counted(at_most=12):
        first = analyst.get("/bank/").context
    with counted(at_most=13):
        second = analyst.get(f"/bank/{first['page']['next_href']}").context
    names = [file["file_name"] for page in (first, second) for file in page["recent"]]
    assert (len(first["recent"]), len(names), len(set(names))) == (12, 20, 20)
    assert (second["page"]["first"], second["page"]["last"], second["page"]["next_href"]) == (13, 20, "")
    back = analyst.get(f"/bank/{second['page']['previous_href']}").context
    assert [f["href"] for f in back["recent"]] == [f["href"] for f in first["recent"]]
    assert analyst.get(f"/bank/?after={uuid4()}").status_code == 404
    assert analyst.get("/bank/?after=nonsense").status_code == 404


@pytest.mark.parametrize("act", ["", "confirm/", "discard/"])
def test_a_reader_cannot_import_by_a_direct_post(
    auditor: Client, analyst: Client, bank: Desk, act: str, acme: Tenant
) -> None:
    where = uploaded(analyst, bank)
    assert "Importing needs the role" in auditor.get(where).content.decode()
    answer = auditor.post(f"{where}{act}" if act else "/bank/imports/", {} if act else given())
    assert answer.status_code == 403
    with tenant(acme.id):
        assert AuditEntry.objects.filter(action="attempt.refused", actor="otto.auditor@example.test").count() == 1
    assert bank.lines() == []


def test_support_may_not_open_it(user_of: Callable[..., User], analyst: Client, bank: Desk) -> None:
    where = uploaded(analyst, bank)
    support = signed_in(user_of("Support", "support"))
    for address in ("/bank/", "/bank/lines/", "/bank/coverage/", where, f"{where}progress/"):
        assert support.get(address).status_code == 404


def test_forged_fields_are_ignored(analyst: Client, bank: Desk, rival: Tenant) -> None:
    where = uploaded(analyst, bank)
    analyst.post(f"{where}confirm/", {"tenant_id": rival.id, "state": "discarded", "new_line_count": "99"})
    with tenant(rival.id):
        assert not BankLine.objects.exists()
    with tenant(bank.tenant_id):
        assert BankImport.objects.get().new_line_count == 2


def test_another_tenants_import_answers_like_a_random_id(
    analyst: Client, bank: Desk, rival: Tenant, user_of: Callable[..., User]
) -> None:
    theirs = desk(rival.id)
    their_analyst = signed_in(user_of("Their Analyst", "analyst", tenant_id=rival.id))
    foreign = uploaded(their_analyst, theirs)
    random = f"/bank/imports/{uuid4()}/"
    for act in ("", "progress/"):
        a, b = analyst.get(f"{foreign}{act}"), analyst.get(f"{random}{act}")
        assert (a.status_code, a.content) == (b.status_code, b.content) == (404, b.content)
    for act in ("confirm/", "discard/"):
        assert analyst.post(f"{foreign}{act}").status_code == analyst.post(f"{random}{act}").status_code == 404
    assert analyst.get("/bank/lines/?account=nobody").status_code == 404
    assert analyst.get(f"/bank/lines/?after={uuid4()}.1").status_code == 404
    assert analyst.post("/bank/imports/", given(account="nobody")).status_code == 404
    assert theirs.lines() == []


def test_a_break_between_balances_is_said_in_money(analyst: Client, bank: Desk) -> None:
    bank.take_in(mt940(0, [(23456, "A")], day=9))
    bank.take_in(mt940(12345678, [], day=10))
    bank.work()
    said = "opening 123,456.78 ETB is not the previous closing 234.56 ETB"
    html = analyst.get("/bank/?m=2026-03").content.decode()
    assert f"Cash, Tue 10 Mar: {said}" in html, "in the calendar's cell"
    assert "12345678" not in html
    for address in ("/", "/drift/cash/2026-03-10/"):
        answer = analyst.get(address).content.decode()
        assert "12345678" not in answer
    assert f"O{said[1:]}" in answer


def test_every_state_of_a_day_has_its_sign() -> None:
    assert set(STATES) == set(get_args(State))


def test_a_page_without_its_neighbours_leaves_the_day_an_open_question(bank: Desk, analyst: Client) -> None:
    bank.take_in(FILE.replace(b":62F:", b":62M:"))
    page = analyst.get("/bank/coverage/?m=2026-03").content.decode()
    assert "closes with an intermediate balance :62M:, the pages after it are not in this file" in page
