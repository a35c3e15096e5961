"""The drift heartbeat: what it says of the books, whom it serves, and how often it asks the database."""

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.step_up import StepUp
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.propose import propose
from reconciliation.corrections.request_confirmation import request_confirmation
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from tests.console.working import (  # noqa: F401
    FRAME,
    TODAY,
    analyst,
    books,
    outsider,
    page,
    running_day,
    signed_in,
    supporter,
    today,
)
from tests.people import acting
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_it_says_that_the_money_is_not_in_agreement_and_why(books: World, analyst: User) -> None:
    said = words(page(analyst, "/"))
    assert "Ledger and bank do not agree: 1 account drifted, 3 have an unknown day" in said
    assert "Last closed period Tue 10 Mar. All drift is explained by 3 named differences." in said
    assert "Net drift of closed days, ledger − bank −482.00 ETB" in said
    assert "Unexplained 0.00 ETB" in said
    assert "Gross, sum of |differences| 4,782.00 ETB" in said
    assert "−2,475.00 ETB Confirm the transaction" in said
    assert "+2,150.00 ETB Reverse the transaction" in said


def test_a_cell_of_the_strip_opens_its_check_and_says_what_it_is(books: World, analyst: User) -> None:
    html = page(analyst, "/")
    assert 'href="/drift/clr/2026-03-10/" aria-label="clr, Tue 10 Mar: −482.00 ETB, 3 differences">−</a>' in html
    assert 'href="/drift/cash/2026-03-10/" aria-label="cash, Tue 10 Mar: clean">✓</a>' in html
    assert "usd, Tue 10 Mar: not checked yet, its statement was due 11 Mar 14:00 UTC" in html
    assert "clr, Wed 11 Mar: not checked yet, its statement is due 12 Mar 14:00 UTC" in html


def test_open_drift_stays_in_the_headline_when_later_days_end_unknown(books: World, analyst: User) -> None:
    with time_machine.travel(datetime(2026, 3, 13, 16, tzinfo=UTC), tick=True):  # 11 and 12 March: no statement came
        books.reconcile("clr", date(2026, 3, 11), datetime(2026, 3, 13, 15, 30, tzinfo=UTC))
        html = page(analyst, "/")
    said = words(html)
    assert "Ledger and bank do not agree: 1 account drifted, 5 have an unknown day" in said
    assert "Net drift of closed days, ledger − bank −482.00 ETB" in said
    assert "Gross, sum of |differences| 4,782.00 ETB" in said
    assert "Why: the differences of 10 Mar" in said
    assert "+2,150.00 ETB Reverse the transaction" in said
    assert "3 days open" in said
    assert "clr, Wed 11 Mar: unknown, no statement covers 11 Mar" in html


def test_a_statement_not_due_yet_leaves_its_day_open_and_not_unknown(books: World, analyst: User) -> None:
    books.reconcile(
        "cash", date(2026, 3, 11), datetime(2026, 3, 12, 6, 30, tzinfo=UTC)
    )  # at its cut-over, as the schedule does
    html = page(analyst, "/")
    assert "cash, Wed 11 Mar: no statement yet, it is due 12 Mar 14:00 UTC" in html
    assert "1 account drifted, 3 have an unknown day" in words(html)
    with time_machine.travel(datetime(2026, 3, 12, 14, 1, tzinfo=UTC), tick=True):
        html = page(analyst, "/")
    assert "cash, Wed 11 Mar: unknown, no statement covers 11 Mar" in html
    assert "1 account drifted, 5 have an unknown day" in words(html)


def test_a_statement_at_fault_is_unknown_before_the_due_time_too(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):  # its opening is not the closing before it
        books._store(books.banks["cash"], date(2026, 3, 11), date(2026, 3, 11), 1, 1, [])
    books.reconcile("cash", date(2026, 3, 11), datetime(2026, 3, 12, 6, 30, tzinfo=UTC))
    assert "1 account drifted, 4 have an unknown day" in words(page(analyst, "/"))


def test_a_day_that_runs_is_no_part_of_the_headline(books: World, analyst: User) -> None:
    running_day(books)
    html = page(analyst, "/")
    said = words(html)
    assert "Last closed period Tue 10 Mar. All drift is explained by 3 named differences." in said
    assert "Net drift of closed days, ledger − bank −482.00 ETB" in said
    assert (
        '<a class="d-o" href="/drift/clr/2026-03-12/" aria-label="clr, Thu 12 Mar: period still open, so far −7.00 ETB, 1 '
        'difference">≠</a>'
    ) in html, "what is counted nowhere has no closed day's colour"
    red = re.findall(r'<a class="d-d" href="/drift/clr/', html)
    assert len(red) == 1
    assert "10 Mar, 3 differences" in said, "the row counts as many open days as the strip shows in red"


def test_earlier_days_stand_at_an_address_of_their_own(books: World, analyst: User) -> None:
    html = page(analyst, "/?until=2026-03-11")
    assert 'href="/">Later</a>' in html
    assert "Thu 12 Mar" not in html.partition('id="strip"')[2], "the gate above it is of today"
    assert page(analyst, "/?until=tomorrow")


def test_the_strip_comes_alone_and_asks_again_in_a_minute(books: World, analyst: User) -> None:
    html = page(analyst, "/strip/", **{"HX-Request": "true"})
    assert "<html" not in html
    assert 'hx-trigger="every 60s"' in html


def test_on_the_first_day_it_says_what_comes_next(acme: Tenant, analyst: User) -> None:
    said = words(page(analyst, "/"))
    assert "No day has a verdict yet" in said
    assert "Set up a bank account first." in said
    assert "Nothing is assigned to you" in said


def test_while_the_demo_comes_in_it_asks_for_nothing(acme: Tenant, analyst: User) -> None:
    cache.set("demo.progress", {"done": 3, "total": 42, "what": "Mon 12 Oct"})
    try:
        said = words(page(analyst, "/"))
    finally:
        cache.delete("demo.progress")
    assert "The demo is being loaded. Nothing of it was read yet." in said
    assert "Nothing to reconcile yet." in said
    assert "Set up a bank account first." not in said
    assert "Upload the first one" not in said


def test_it_names_what_waits_for_the_reader(books: World, analyst: User, today: datetime) -> None:
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number__lte=2).update(state="assigned", owner_id=analyst.person_id)
    said = words(page(analyst, "/"))
    assert "2 cases assigned to you" in said


def test_it_promises_no_correction_that_the_case_refuses(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):
        case = ExceptionCase.objects.select_related("bank_account__ledger_account").get(number=1)
        made = request_confirmation(
            transaction=propose(case).transaction, case=1, note="", idempotency_key="k1", at=TODAY,
            actor=acting(analyst, books.tenant_id),
        )  # fmt: skip
    said = words(page(analyst, "/"))
    assert f"−2,475.00 ETB Waits for approval, CR-{made.number}" in said
    assert "+2,150.00 ETB Reverse the transaction" in said
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=2).update(cause=4)
    said = words(page(analyst, "/"))
    assert said.count("ETB None: security hold") == 3
    assert "Reverse the transaction" not in said


def test_of_a_case_that_people_ended_it_says_how_and_sets_no_time(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(cause=4)  # holds the account
        ExceptionCase.objects.filter(number=2).update(
            state="resolved", resolved_at=TODAY, resolution="agreed_with_bank", due_at=datetime(2026, 3, 11, tzinfo=UTC)
        )
    said = words(page(analyst, "/"))
    assert "−482.00 ETB" in said
    assert re.search(r"C-2 .{0,120}? ETB Ended: agreed with the bank (?!overdue|\d)", said), said
    assert said.count("ETB None: security hold") == 2


def test_a_case_opened_here_leads_back_and_into_its_view(books: World, analyst: User) -> None:
    html = page(analyst, "/")
    assert 'href="/exceptions/1/?from=home&amp;view=drift"' in html
    case = page(analyst, "/exceptions/3/?from=home&view=drift")
    assert '<a href="/" data-up>Drift heartbeat</a>' in case
    assert 'href="/exceptions/2/?view=drift&amp;from=home" data-key="j"' in case
    assert "back to the heartbeat" in case
    assert "data-up>Exceptions</a>" in page(analyst, "/exceptions/3/?from=elsewhere&view=drift")
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(day=date(2026, 3, 9))
    assert 'href="/exceptions/1/?from=home"' in page(analyst, "/")


def test_a_rejection_is_told_to_its_maker_with_the_reason(books: World, analyst: User, user_of: Any) -> None:
    checker = acting(user_of("Dawit Checker", "controller"), books.tenant_id)
    with tenant(books.tenant_id):
        case = ExceptionCase.objects.select_related("bank_account__ledger_account").get(number=1)
        made = request_confirmation(
            transaction=propose(case).transaction, case=1, note="", idempotency_key="k1", at=TODAY,
            actor=acting(analyst, books.tenant_id),
        )  # fmt: skip
        decide_request(
            request_id=made.id, verdict="reject", reason="wrong line, ledger 400", actor=checker, at=TODAY,
            step_up=StepUp(TODAY, made.id, made.payload_sha256),
        )  # fmt: skip
    assert "CR-1 was rejected “wrong line, ledger 400”" in words(page(analyst, "/"))
    assert "Dawit Checker CR-1 was rejected: wrong line, ledger 400 CR-1" in words(page(analyst, "/exceptions/1/"))
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(state="resolved", resolved_at=TODAY, resolution="difference_gone")
    assert "was rejected" not in words(page(analyst, "/"))


def test_reconcile_now_asks_for_every_account_once(books: World, analyst: User) -> None:
    client = signed_in(analyst)
    for _ in range(2):
        reply = client.post("/drift/checks/", {"key": "k1"}, headers={"HX-Request": "true"})
        assert reply.status_code == 200
    assert "0 of 5 accounts reconciled" in reply.content.decode()
    assert 'hx-trigger="every 1s"' in reply.content.decode()
    with tenant(books.tenant_id):
        assert OutboxItem.objects.filter(unique_key__startswith="asked k1 ").count() == 5
        OutboxItem.objects.update(state="done", done_at=datetime(2026, 3, 12, 8, tzinfo=books.clock.tzinfo))
    ended = client.get("/strip/?run=k1")
    assert 'hx-trigger="every 60s"' in ended.content.decode()
    assert ended.headers["HX-Refresh"] == "true"  # the headline above the strip is of the checks before
    assert "HX-Refresh" not in client.get("/strip/").headers


def test_reconcile_now_works_without_script(books: World, analyst: User) -> None:
    reply = signed_in(analyst).post("/drift/checks/", {"key": "k2"})
    assert reply.status_code == 302
    assert reply.headers["Location"] == "/?run=k2"


def test_support_looks_and_does_not_reconcile(books: World, supporter: User) -> None:
    assert "Reconcile now" not in page(supporter, "/")
    assert signed_in(supporter).post("/drift/checks/", {"key": "k3"}).status_code == 403


def test_who_is_not_signed_in_is_asked_to(acme: Tenant, client: Any) -> None:
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_another_tenant_sees_its_own_books_alone(books: World, outsider: User) -> None:
    html = page(outsider, "/")
    assert "No day has a verdict yet" in html
    assert "clr" not in html


def test_it_says_how_far_the_demo_is_loaded(books: World, analyst: User) -> None:
    cache.set("demo.progress", {"done": 12, "total": 41, "what": "Mon 02 Nov"}, 60)
    try:
        assert "Day 12 of 41, Mon 02 Nov." in page(analyst, "/")
        assert "HX-Refresh" not in signed_in(analyst).get("/demo/").headers
    finally:
        cache.delete("demo.progress")
    assert signed_in(analyst).get("/demo/").headers["HX-Refresh"] == "true"


def test_it_asks_the_database_six_times(books: World, analyst: User, django_assert_max_num_queries: Any) -> None:
    client = signed_in(analyst)
    client.get("/payments/")  # the mark of the release gate is worked out once for all pages
    with django_assert_max_num_queries(FRAME + 6):
        client.get("/")


def test_when_it_was_checked_is_said_of_the_last_closed_period_alone(books: World, analyst: User) -> None:
    said = words(page(analyst, "/"))
    assert "That period was last checked 12 Mar 07:00 UTC." in said
    assert " Checked 12 Mar" not in said


def test_support_is_offered_no_page_that_it_may_not_open(books: World, supporter: User, analyst: User) -> None:
    assert 'href="/bank/lines/?account=clr">clr</a>' in page(analyst, "/")
    html = page(supporter, "/").split("<main")[1]
    assert ">clr</span>" in html
    assert "/ledger/" not in html
    assert "/bank/" not in html
