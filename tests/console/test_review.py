"""The operations review: its figures, the evidence behind its signals, what people say of causes, and its table."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from console.inert_csv import inert, inert_csv
from console.pages.signal_page import ALERTS
from console.pages.signal_rows import evidence_row
from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.cases.add_note import add_note
from reconciliation.cases.models import ExceptionCase
from reconciliation.oversight.review.models import CauseConfirmed, ReviewCause
from reconciliation.oversight.signals.catalogue import OPERATIONAL
from reconciliation.oversight.signals.measured import Counted
from reconciliation.oversight.signals.read_signals import read_signals
from reconciliation.people.models import User
from reconciliation.planes.watch_provider import watch_provider
from reconciliation.postings.open_account import open_account
from tests.console.working import FRAME, signed_in
from tests.people import SET_UP, acting
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.provider.desk import Desk
from tests.reconciliation.provider.desk import said as event_said

pytestmark = pytest.mark.django_db(transaction=True)
READER = Actor("job", "read_signals", frozenset({"job"}))
WEEK = "/review/?until=2026-03-20"
SAID = {
    "cause": "1 missing_counterpart", "root": "No retry after a cut connection", "owner": "engineering", "item": "ENG-5521",
    "due_on": "2026-03-27", "until": "2026-03-20", "span": "week",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW + timedelta(hours=1)):
        yield


@pytest.fixture
def books(acme: Tenant) -> Books:
    books = Books(acme.id).play("T1 16 ewa 900 @D1 p1\nL9 cash 18 -250 @X991")
    books.check_day("clr", "16")
    books.check_day("cash", "18")
    books.check_day("cash", "19")
    with tenant(acme.id):
        read_signals(actor=READER, at=NOW + timedelta(minutes=30))
    return books


@pytest.fixture
def analyst(user_of: Callable[..., User]) -> User:
    return user_of("Selamawit", "analyst")


def noted(books: Books, by: User, key: str, text: str, at: datetime) -> None:
    with tenant(books.tenant_id):
        add_note(number=number_of(books), text=text, key=key, actor=acting(by, books.tenant_id), at=at)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def page(user: User, address: str = WEEK) -> str:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_it_says_what_drifted_in_the_week_and_what_is_out_of_range(books: Books, analyst: User) -> None:
    said = words(page(analyst))
    assert "Operations review, Sat 14 to Fri 20 Mar 2026" in said
    assert "The gate is shut. 2 account-days drifted and" in said
    assert "all drift is explained" in said
    assert "Out of range or worse than before: gross drift after matchers (Fri 20 Mar)" in said
    assert "+2.50 ETB 2.50 ETB 0.00 ETB" in said
    assert "ledger ↔ bank" in said
    assert "Gross drift after matchers Fri 20 Mar, out on 1 of 1 day 11.50 ETB goal 0 out" in said


def test_one_day_out_is_what_the_row_and_the_verdict_say_though_the_week_ended_well(
    books: Books, analyst: User
) -> None:
    noted(books, analyst, "k1", f"see {LINK}", NOW)
    noted(books, analyst, "k2", "p1 is final", NOW + timedelta(days=1))
    with tenant(books.tenant_id):
        read_signals(actor=READER, at=NOW + timedelta(days=2))
    with time_machine.travel(NOW + timedelta(days=2, hours=1)):
        html = page(analyst, "/review/?until=2026-03-21")
    assert "Out of range or worse than before: notes citing explorer links (Fri 20 Mar)" in words(html)
    row = re.search(r'(?s)<tr>\s*<th scope="row" class="wrap"><a class="key" href="([^"]*)">Notes citing.*?</tr>', html)
    assert row is not None
    assert row[1] == "/review/signals/explorer-notes/?day=2026-03-20&amp;until=2026-03-21&amp;span=week"
    said = "Notes citing explorer links Fri 20 Mar, out on 1 of 2 days, in range at the end 100.0 % below 3 % out"
    assert said in words(row[0])


def test_before_anything_is_read_no_figure_is_a_zero(acme: Tenant, analyst: User) -> None:
    cache.set("demo.progress", {"done": 3, "total": 42, "what": "Mon 12 Oct"})
    try:
        said = words(page(analyst))
    finally:
        cache.delete("demo.progress")
    assert "The demo is being loaded." in said
    assert "Nothing was read of the period yet. No signal said anything of these days, and there is nothing" in said
    for figure in ("Clean account-days", "Unexplained", "Unmatched value", "Exceptions over 3 days"):
        assert f"{figure} unknown" in said
    assert "Exceptions by age, unknown open" in said
    assert "States edited by hand not read in these days unknown goal 0 not read" in said
    assert "nothing to say" not in said
    assert "paid, not confirmed 2 h unknown" in said


def test_the_week_before_had_none_of_it(books: Books, analyst: User) -> None:
    said = words(page(analyst, "/review/?until=2026-03-13"))
    assert "Operations review, Sat 7 to Fri 13 Mar 2026" in said
    assert "account-days drifted" not in said
    assert "No case stands open between any two planes." in said


def test_a_month_is_its_calendar_month_and_another_period_can_be_held_against_it(books: Books, analyst: User) -> None:
    said = words(page(analyst, "/review/?until=2026-03-20&span=month"))
    assert "Operations review, Sun 1 to Tue 31 Mar 2026" in said
    said = words(page(analyst, f"{WEEK}&against=2026-03-06"))
    assert "Changes are against Sat 28 Feb to Fri 6 Mar 2026." in said


@pytest.mark.parametrize(
    "query", ["until=nonsense", "until=9999-12-31", "until=0001-01-01", "span=year", "against=0001-01-01"]
)
def test_odd_days_are_no_failure(books: Books, analyst: User, query: str) -> None:
    page(analyst, f"/review/?{query}")


def test_it_asks_the_database_as_often_whatever_it_shows(
    books: Books, analyst: User, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(analyst)
    client.get(WEEK)
    with django_assert_max_num_queries(FRAME + 29):
        client.get(WEEK)


def test_a_signal_shows_the_very_rows_that_it_was_read_from(books: Books, analyst: User) -> None:
    html = page(analyst, "/review/signals/drift-left/?day=2026-03-20")
    said = words(html)
    assert "Gross drift after matchers: 11.50 ETB on Fri 20 Mar so far, out of range" in said
    assert '<a class="id u" href="/drift/cash/2026-03-18/">cash 2026-03-18</a>' in html
    assert "These are not the rows" not in said
    assert '<a class="btn btn-sm" href="/playbooks/bank-drift/?of=drift-left&amp;day=2026-03-20">Playbook: ' in html
    assert len(re.findall(r'href="/review/signals/drift-left/\?day=', html)) == 28
    assert words(page(analyst, "/review/signals/drift-left/?day=2020-01-01")).count("not read on") == 1
    assert signed_in(analyst).get("/review/signals/luck/").status_code == 404


def test_a_signal_says_who_is_told_of_it_and_how(books: Books, analyst: User) -> None:
    early, late = (
        words(page(analyst, f"/review/signals/{key}/?day=2026-03-20")) for key in ("hand-edits", "drift-left")
    )
    roles = "analyst, auditor, controller, operator and policy admin"
    assert f"It stands on the drift heartbeat of the roles {roles}, as last read." in early
    assert "no receiver of escalation hears it" in early
    assert "the alert rule DriftPersists tells of it" in late
    rules = (Path(__file__).parents[2] / "deploy/prometheus/alerts.yml").read_text()
    assert set(ALERTS) == {signal.key for signal in OPERATIONAL}
    assert all(f"- alert: {name}\n" in rules for name in ALERTS.values())


def test_unknown_is_the_word_and_never_a_zero(books: Books, analyst: User) -> None:
    html = page(analyst)
    row = re.search(r'(?s)<tr>\s*<th scope="row" class="wrap"><a class="key" href="[^"]*hand-edits[^>]*>.*?</tr>', html)
    assert row is not None
    assert "States edited by hand nothing moved unknown goal 0 nothing to say" in words(row[0])


def test_home_shows_what_is_out_of_range_first_and_support_sees_none(
    books: Books, analyst: User, user_of: Callable[..., User]
) -> None:
    html = page(analyst, "/")
    assert 'href="/review/signals/drift-left/?day=2026-03-20">Gross drift after matchers</a>' in html
    assert '<a href="/review/">All 11</a>' in html
    assert "8 days, read 20 Mar 12:30" in words(html)
    assert "/review/" not in page(user_of("Sam", "support"), "/")


def nav(user: User) -> str:
    return words(page(user))


def post(user: User, address: str, **given: str) -> Any:
    return signed_in(user).post(address, given)


def test_a_cause_counts_once_another_person_confirms_it(
    books: Books, analyst: User, user_of: Callable[..., User]
) -> None:
    controller = user_of("Dawit", "controller")
    assert "nobody has said" in page(analyst)
    assert post(analyst, "/review/causes/", **SAID, key="k1").status_code == 302
    assert post(analyst, "/review/causes/", **SAID, key="k1").status_code == 302
    html = page(controller)
    assert "No retry after a cut connection" in html
    assert "Engineering, ENG-5521, due Fri 27 Mar" in html
    assert "waits for a second person" in page(analyst)
    with tenant(books.tenant_id):
        made = ReviewCause.objects.get()
    number = {"cause": str(made.id), "until": "2026-03-20", "span": "week"}
    assert post(analyst, "/review/causes/confirm/", **number).status_code == 403
    assert post(controller, "/review/causes/confirm/", **number).status_code == 302
    assert "confirmed by Dawit" in page(analyst)
    with tenant(books.tenant_id):
        assert CauseConfirmed.objects.get().confirmed_by == "Dawit"
        found = AuditEntry.objects.filter(action__startswith="cause.").order_by("id")
        assert [(row.action, row.detail["item"]) for row in found] == [
            ("cause.recorded", "ENG-5521"), ("cause.confirmed", "ENG-5521"),
        ]  # fmt: skip


def test_what_two_stand_behind_counts_until_two_stand_behind_something_newer(
    books: Books, analyst: User, user_of: Callable[..., User]
) -> None:
    controller = user_of("Dawit", "controller")
    asked = {"until": "2026-03-20", "span": "week"}
    post(analyst, "/review/causes/", **SAID, key="k1")
    assert re.search(r"Operations review\s*1\b", nav(controller)), "it waits for whoever may confirm it"
    assert not re.search(r"Operations review\s*1\b", nav(analyst)), "not for whoever said it"
    old = page(controller, "/review/?until=2026-03-10")
    assert "Waits for you: " in words(old)
    assert "/review/?until=2026-03-20&amp;span=week#causes" in old
    with tenant(books.tenant_id):
        first = ReviewCause.objects.get().id
    post(controller, "/review/causes/confirm/", cause=str(first), **asked)
    post(controller, "/review/causes/", **SAID | {"root": "A typing error", "item": "ENG-5600"}, key="k2")
    said = words(page(analyst))
    assert "No retry after a cut connection said by Selamawit" in said
    assert "A typing error said by Dawit, in its place if it is confirmed" in said
    assert "confirmed by Dawit waits for a second person" in said
    table = list(
        csv.reader(io.StringIO(signed_in(analyst).get("/review/review.csv?until=2026-03-20").content.decode()))
    )
    told = [tuple(row[2:]) for row in table if row[0] == "causes" and row[2] in ("root", "said by")]
    assert told == [
        ("root", "No retry after a cut connection", "confirmed"), ("said by", "Selamawit, Dawit", "confirmed"),
        ("root", "A typing error", "waits for a second person"), ("said by", "Dawit", "waits for a second person"),
    ]  # fmt: skip
    second = user_of("Hana", "controller")
    with tenant(books.tenant_id):
        later = ReviewCause.objects.latest("id").id
    post(second, "/review/causes/confirm/", cause=str(later), **asked)
    said = words(page(analyst))
    assert "confirmed by Hana" in said
    assert "No retry after a cut connection" not in said


def test_a_case_without_an_amount_is_counted_and_states_none(books: Books, analyst: User) -> None:
    desk = Desk(books.tenant_id)
    with time_machine.travel(NOW):
        desk.deliver(event_said("StoreMelted", "", delivery="m1", invoiceId=None))
        desk.take_in()
        with tenant(books.tenant_id):
            watch_provider(actor=READER, at=NOW)
            assert ExceptionCase.objects.filter(currency="", plane_pair="provider-log").exists()
    for span in ("week", "month"):
        said = words(page(analyst, f"/review/?until=2026-03-20&span={span}"))
        assert "provider ↔ log 1 no amount" in said
        assert signed_in(analyst).get(f"/review/review.csv?until=2026-03-20&span={span}").status_code == 200


def test_nobody_confirms_their_own_word(books: Books, user_of: Callable[..., User]) -> None:
    controller = user_of("Dawit", "controller")
    post(controller, "/review/causes/", **SAID, key="k1")
    with tenant(books.tenant_id):
        number = str(ReviewCause.objects.get().id)
    answer = post(controller, "/review/causes/confirm/", cause=number, until="2026-03-20", span="week")
    assert answer.status_code == 403
    with tenant(books.tenant_id):
        assert not CauseConfirmed.objects.exists()


@pytest.mark.parametrize("wrong", [
    {"cause": "9 luck"}, {"cause": "1 luck"}, {"root": " "}, {"owner": "sales"}, {"item": ""}, {"key": "a b"}, {"until": "never"},
])  # fmt: skip
def test_what_says_nothing_is_refused(books: Books, analyst: User, wrong: dict[str, str]) -> None:
    assert post(analyst, "/review/causes/", **(SAID | {"key": "k1"} | wrong)).status_code == 400
    with tenant(books.tenant_id):
        assert not ReviewCause.objects.exists()


def test_the_table_holds_the_pages_figures(books: Books, analyst: User) -> None:
    answer = signed_in(analyst).get("/review/review.csv?until=2026-03-20")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="operations-review-2026-03-14-2026-03-20.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["section", "of", "figure", "value", "unit"]
    assert ["drift by account", "cash", "gross", "2.50", "ETB"] in rows
    assert ["unmatched value", "ledger-bank", "value", "11.50", "ETB"] in rows
    assert ["operational signal", "Gross drift after matchers", "2026-03-20", "11.50", "ETB"] in rows
    assert ["early signal", "States edited by hand", "2026-03-20", "unknown", ""] in rows


@pytest.mark.parametrize("cell", ["=1+1", "+1 cmd", "-x", "@SUM(A1)", "\t=1", "\r=1", "-1+1", "\uff1dA1"])
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(inert_csv([[cell]]).decode("utf-8-sig"), newline=""))
    assert row == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["-482.00", "17", "Fee =1", "", "−482.00"])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell


def test_a_name_that_is_a_formula_is_inert_in_the_table(books: Books, analyst: User) -> None:
    with tenant(books.tenant_id):
        account = open_account(code="odd", name="odd", kind="ASSET", asset="ETB", actor=SET_UP, at=NOW)
        open_bank_account(
            code="odd", name="=cmd|'/C calc'!A0", partner="Example Bank", number="0001-odd", ledger_account=account,
            opened_on=date(2026, 2, 20), calendar=CalendarInput(cutover=time(6)), actor=SET_UP, at=NOW,
        )  # fmt: skip
    content = signed_in(analyst).get("/review/review.csv?until=2026-03-20").content.decode("utf-8-sig")
    assert ",'=cmd|" in content
    assert ",=cmd" not in content


TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
LINK = f"https://mempool.space/tx/{TXID}"


def number_of(books: Books) -> int:
    return int(books.case("clr", "16").number)


def check(user: User, text: str, name: str = "text", payment: str = "p1") -> str:
    answer = signed_in(user).post(f"/note-check/?into=note&payment={payment}", {name: text}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("name", ["text", "note"])
def test_a_box_of_notes_warns_and_offers_the_payment_that_it_is_about(books: Books, analyst: User, name: str) -> None:
    html = check(analyst, f"see {LINK}", name)
    assert "This leans on a block explorer." in html
    assert 'data-insert="p1" data-into="note">Name p1</button>' in html
    assert check(analyst, f"p1 is final, see {LINK}", name).strip() == ""
    assert check(analyst, "asked the desk", name).strip() == ""
    assert check(analyst, "", name).strip() == ""


def test_without_a_payment_it_says_that_none_is_known(books: Books, analyst: User) -> None:
    assert "No payment of ours is known by it." in words(check(analyst, f"see {LINK}", payment=""))


def test_every_note_that_is_counted_is_checked_while_it_is_written(books: Books, user_of: Callable[..., User]) -> None:
    controller, admin = user_of("Dawit", "controller"), user_of("Petra", "policy_admin")
    case = page(controller, f"/exceptions/{number_of(books)}/")
    for box in ("note", "re-note"):
        assert (
            f'hx-post="/note-check/?into={box}&amp;payment=p1" hx-trigger="input changed delay:400ms from:#{box}"'
            in case
        )
    assert 'from:#id_text"' in page(admin, "/settings/macros/")


def test_a_kept_note_that_leans_on_an_explorer_is_marked_and_one_that_names_the_payment_is_not(
    books: Books, analyst: User
) -> None:
    mark = "cites a block explorer, names no payment_id"
    address = f"/exceptions/{number_of(books)}/"
    noted(books, analyst, "k1", f"p1 is final, see {LINK}", NOW)
    assert mark not in words(page(analyst, address))
    noted(books, analyst, "k2", f"see {LINK}", NOW)
    assert words(page(analyst, address)).count(mark) == 1
    assert f"see {LINK} {mark}" in words(page(analyst, address))


def test_support_writes_notes_on_a_case_and_does_nothing_else_to_it(books: Books, user_of: Callable[..., User]) -> None:
    sam, number = user_of("Sam", "support"), number_of(books)
    said = words(page(sam, f"/exceptions/{number}/"))
    assert "You can read this case and write notes on it." in said
    assert "Add note" in said
    client = signed_in(sam)
    answer = client.post(
        f"/exceptions/{number}/notes/", {"text": "p1: the customer was told", "key": "k9"}, follow=True
    )
    assert f"Note added to C-{number}" in words(answer.content.decode())
    assert "Sam p1: the customer was told" in words(page(sam, f"/exceptions/{number}/"))
    for act in ("assign", "snooze", "resolve"):
        assert client.post(f"/exceptions/{number}/{act}/", {}).status_code == 403


def test_an_auditor_reads_and_writes_nothing(books: Books, user_of: Callable[..., User]) -> None:
    auditor, number = user_of("Audrey", "auditor"), number_of(books)
    said = words(page(auditor, f"/exceptions/{number}/"))
    assert "You can read this case. " in said
    assert "Add note" not in said
    assert signed_in(auditor).post(f"/exceptions/{number}/notes/", {"text": "x", "key": "k1"}).status_code == 403


def test_a_signal_leads_to_the_checkpoint_that_lets_such_moves_through(
    books: Books, user_of: Callable[..., User]
) -> None:
    html = page(user_of("Ada", "policy_admin"), "/review/signals/hand-edits/?day=2026-03-20")
    found = re.findall(r'Such a move is decided today by .*?<a class="u" href="(/checkpoints/[^"]+)">([^<]+)</a>', html)
    assert found == [("/checkpoints/commerce-plane/", "Commerce plane v1")]
    assert signed_in(user_of("Ana", "policy_admin")).get(found[0][0]).status_code == 200


def test_a_day_that_is_not_over_says_up_to_when_it_was_counted(books: Books, analyst: User) -> None:
    said = words(page(analyst, "/review/signals/explorer-notes/?day=2026-03-20"))
    assert "Notes citing explorer links: nothing to say on Fri 20 Mar so far" in said
    assert "No note was written by 20 Mar 12:30 UTC." in said
    assert "The day is not over. This counts what stood at 20 Mar 12:30 UTC" in said
    noted(books, analyst, "k1", f"see {LINK}", NOW + timedelta(minutes=40))
    assert "No note was written by 20 Mar 12:30 UTC." in words(
        page(analyst, "/review/signals/explorer-notes/?day=2026-03-20")
    )
    with tenant(books.tenant_id):
        read_signals(actor=READER, at=NOW + timedelta(days=1))
    with time_machine.travel(NOW + timedelta(days=1, hours=1)):
        over = words(page(analyst, "/review/signals/explorer-notes/?day=2026-03-20"))
    assert "Notes citing explorer links: 100.0 % on Fri 20 Mar, out of range" in over
    assert "The day is not over." not in over


def test_without_script_the_note_is_kept_and_the_line_says_so(books: Books, analyst: User) -> None:
    client: Client = signed_in(analyst)
    address = f"/exceptions/{number_of(books)}/notes/"
    answer = client.post(address, {"text": f"see {LINK}", "key": "k1"}, follow=True)
    said = words(answer.content.decode())
    assert (
        f"Note added to C-{number_of(books)}. It cites a block explorer and no payment_id of ours; name p1 instead"
        in said
    )
    assert LINK in said
    assert "It cites a block explorer" not in words(
        client.post(address, {"text": "p1 is final", "key": "k2"}, follow=True).content.decode()
    )


def test_what_is_typed_is_escaped_where_it_comes_back(books: Books, analyst: User) -> None:
    html = check(analyst, 'https://mempool.space/tx/"><script>alert(1)</script>')
    assert "<script>" not in html


def test_a_day_in_utc_is_read_to_its_end(books: Books) -> None:
    with time_machine.travel(datetime(2026, 3, 21, 0, 30, tzinfo=UTC)), tenant(books.tenant_id):
        read_signals(actor=READER, at=datetime(2026, 3, 21, 0, 30, tzinfo=UTC))
    with tenant(books.tenant_id):
        from reconciliation.oversight.signals.signal_pages import reading_of

        reading = reading_of("queue-depth", date(2026, 3, 20))
    assert reading is not None
    assert reading.as_of == datetime(2026, 3, 21, tzinfo=UTC)


def test_evidence_of_a_posting_leads_to_its_payment_too() -> None:
    def to(name: str, *args: Any, **_: Any) -> str:
        return "/".join(["", name, *map(str, args), ""])

    at = datetime(2026, 3, 20, tzinfo=UTC)
    row = evidence_row(Counted("transaction", "4f1c", at, "deposit of pay_1, not confirmed", "pay_1"), to)
    assert (row["href"], row["payment"], row["payment_href"]) == (
        "/ledger-transaction/4f1c/",
        "pay_1",
        "/payment/pay_1/",
    )
    assert evidence_row(Counted("order", "o1", at, "by hand"), to)["payment_href"] == ""


@pytest.mark.parametrize(
    ("what", "words", "shown"),
    [
        ("transaction", "deposit of pay_handler_1, not confirmed", "deposit of pay_handler_1, not confirmed"),
        ("queue", "missing_counterpart, 3 open", "missing counterpart, 3 open"),
    ],
)  # fmt: skip
def test_a_payment_in_the_evidence_stays_as_it_is_looked_up(what: str, words: str, shown: str) -> None:
    row = evidence_row(Counted(what, "x", datetime(2026, 3, 20, tzinfo=UTC), words), lambda *_, **__: "/x/")
    assert row["words"] == shown
