"""The page of a case: what differs, why, and what fixes it; and the acts on one case."""

import re
from html import unescape
from typing import Any

import pytest

from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.step_up import StepUp
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.people.models import User
from tests.console.test_home import words
from tests.console.working import (  # noqa: F401
    DAY,
    FRAME,
    TODAY,
    analyst,
    books,
    outsider,
    page,
    signed_in,
    supporter,
    today,
)
from tests.people import acting
from tests.stories.notation import Line, Tx
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def case(world: World, number: int) -> ExceptionCase:
    with tenant(world.tenant_id):
        return ExceptionCase.objects.get(number=number)


def asked(html: str) -> dict[str, str]:
    """What the proposal's form would send."""
    form = re.search(r'(?s)<form[^>]*action="/corrections/".*?</form>', html)
    assert form
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def test_it_shows_what_differs_why_and_what_fixes_it(books: World, analyst: User) -> None:
    said = words(page(analyst, "/exceptions/1/"))
    assert "Bank settled a transaction we do not hold as POSTED" in said
    assert "−2,475.00 ETB −247,500 santim, bank heavier" in said
    assert "drift −482.00 ETB, 3 differences" in said
    assert "Confirmation failed after the bank settled" in said
    assert "PENDING since" in said
    assert re.search(r"Move LT-\w+ from PENDING to POSTED, effective Tue 10 Mar 2026\.", said)
    assert "Net drift −482.00 +1,993.00" in said
    assert "Gross 4,782.00 2,307.00" in said
    assert "Named differences 3 2" in said
    assert "Unexplained 0.00 0.00" in said
    assert "Net drift grows, gross falls." in said
    assert "A correction needs 1 controller other than its maker." in said


def test_the_side_that_is_missing_is_said_so(books: World, analyst: User) -> None:
    said = words(page(analyst, "/exceptions/3/"))
    assert "Counterpart stands in the ledger no line came differs" in said
    assert "Reverse LT-" in said


def test_previous_and_next_follow_the_view_it_was_opened_from(books: World, analyst: User) -> None:
    html = page(analyst, "/exceptions/3/?view=drift")
    assert "2 of 3" in html
    assert 'href="/exceptions/1/?view=drift" data-key="k"' in html
    assert 'href="/exceptions/2/?view=drift" data-key="j"' in html
    assert "1 of 2" in page(analyst, "/exceptions/1/?class=missing_counterpart")


def test_sending_for_approval_asks_once(books: World, analyst: User, user_of: Any) -> None:
    client = signed_in(analyst)
    given = {
        **asked(page(analyst, "/exceptions/1/")),
        "reason": "The bank booked it.",
        "reason_code": "CONFIRMATION_FAILED",
    }
    for name in ("Dawit Checker", "Rahel Second"):
        user_of(name, "controller")
    seen = {"HX-Request": "true", "HX-Current-URL": "http://testserver/exceptions/1/?view=drift&from=home&x=1"}
    for _ in range(2):
        reply = client.post("/corrections/", given, headers=seen)
        assert reply.status_code == 200
    assert reply.headers["HX-Redirect"] == "/exceptions/1/?view=drift&from=home"
    html = client.get(reply.headers["HX-Redirect"]).content.decode()
    assert "CR-1 waits for 1 controller other than you (2 may decide)" in html
    assert "CR-1 by Anna Analyst waits for a decision" in words(html)
    assert 'data-key="s"' not in html
    with tenant(books.tenant_id):
        assert ApprovalRequest.objects.count() == 1
    held = case(books, 1)
    assert (held.state, held.owner_id) == ("waiting_approval", analyst.person_id)
    said = words(page(analyst, "/exceptions/1/"))
    assert "Send for approval" not in said
    assert "CR-1 asks to confirm" in said
    reply = client.post("/corrections/", {**given, "key": "another"}, headers={"HX-Request": "true"})
    assert reply.status_code == 409
    assert "CR-1" in reply.content.decode()


def test_sending_works_without_script(books: World, analyst: User) -> None:
    given = {**asked(page(analyst, "/exceptions/3/")), "reason": "Rejected.", "reason_code": "BANK_REJECTED"}
    assert signed_in(analyst).post("/corrections/", given).headers["Location"] == "/exceptions/3/"


def test_another_correction_can_be_looked_at(books: World, analyst: User) -> None:
    books.post(
        Tx("T8", "2026-03-10", "POSTED", "settle", [("cash", "DEBIT", 100), ("pset", "CREDIT", 100)], "B1", "p1")
    )
    books.post(
        Tx("T9", "2026-03-10", "POSTED", "settle", [("cash", "DEBIT", 250), ("pset", "CREDIT", 250)], "B1", "p2")
    )
    books.line(Line("L9", "cash", "2026-03-10", 340, "B1"))
    books.cover("cash", DAY)
    books.reconcile("cash", DAY, TODAY)
    html = page(analyst, "/exceptions/4/")
    said = words(html)
    assert "Sum of the ledger's rows +3.50 ETB" in said
    assert "Sum of the bank's rows +3.40 ETB" in said
    assert "Difference +0.10 ETB" in said
    other = re.findall(r'href="(/corrections/preview/[^"]+)"', html)
    assert len(other) == 2
    part = page(analyst, other[1].replace("&amp;", "&"), **{"HX-Request": "true"})
    assert "<html" not in part
    assert "Net drift +0.10 −2.40" in words(part)
    assert "<html" in page(analyst, other[1].replace("&amp;", "&"))
    page(analyst, "/corrections/preview/?case=4&kind=confirm&transaction=x", 400)
    page(analyst, "/corrections/preview/?case=99", 404)


def test_a_second_debit_names_the_payment_and_the_line_that_settled_first(books: World, analyst: User) -> None:
    books.line(Line("L9", "clr", "2026-03-10", -50000, "D1"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    with tenant(books.tenant_id):
        second = ExceptionCase.objects.get(exception_class="duplicate_observation", cause=4).number
    html = page(analyst, f"/exceptions/{second}/")
    assert '<a class="strong id" href="/payments/?q=pay_1">pay_1</a>' in html
    there = re.search(r'<a class="u" href="(/bank/lines/[^"]+)">settled first by another line of D1</a>', html)
    assert there
    assert "settled first" not in page(analyst, "/exceptions/1/")
    assert words(page(analyst, there[1].replace("&amp;", "&"))).count("−500.00") >= 2  # both lines stand there


def test_looking_changes_nothing(books: World, analyst: User, raw_as: Any) -> None:
    tables = [
        "ledger_transaction",
        "ledger_entry",
        "match",
        "match_leg",
        "drift_check",
        "exception_case",
        "case_event",
        "approval_request",
        "audit_entry",
        "outbox_item",
        "checkpoint_decision",
    ]
    admin = raw_as("superuser", autocommit=True)

    def counts() -> list[Any]:
        return [admin.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]

    before = counts()
    for address in ("/exceptions/1/", "/exceptions/3/", "/exceptions/", "/", "/drift/clr/2026-03-10/"):
        page(analyst, address)
    assert counts() == before


def test_the_bank_settled_what_we_never_initiated(books: World, analyst: User) -> None:
    books.line(Line("L8", "clr", "2026-03-10", -45000, "X991"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    html = page(analyst, "/exceptions/4/")
    said = words(html)
    assert "Stop. The bank settled something we never initiated." in said
    assert "450.00 ETB on 10 Mar." in said
    assert 'action="/corrections/"' not in html
    assert 'data-key="s"' not in html
    other = page(analyst, "/exceptions/1/")
    assert 'action="/corrections/"' not in other
    assert "Held by C-4" in words(other)
    page(analyst, "/corrections/preview/?case=4", 409)


def test_a_note_comes_back_in_the_history_as_text(books: World, analyst: User) -> None:
    evil = '<img src=x onerror=alert(1)> hx-get="/x"'
    reply = signed_in(analyst).post("/exceptions/1/notes/", {"key": "n1", "text": evil}, headers={"HX-Request": "true"})
    html = reply.content.decode()
    assert 'id="history"' in html
    assert "&lt;img src=x" in html
    assert "<img src=x" not in html
    assert "Note added to C-1" in reply.headers["HX-Trigger"]
    assert case(books, 1).owner_id == analyst.person_id
    plain = signed_in(analyst).post("/exceptions/1/notes/", {"key": "n2", "text": "asked"})
    assert plain.headers["Location"] == "/exceptions/1/"
    assert signed_in(analyst).post("/exceptions/1/notes/", {"key": "n3", "text": " "}).status_code == 400


def test_assigning_and_snoozing(books: World, analyst: User) -> None:
    client = signed_in(analyst)
    client.post("/exceptions/1/assign/", {"key": "a1", "owner": analyst.person_id, "seen": "open"})
    assert case(books, 1).state == "assigned"
    stale = client.post("/exceptions/1/assign/", {"key": "a2", "owner": analyst.person_id, "seen": "open"})
    assert stale.status_code == 409
    client.post("/exceptions/1/snooze/", {"key": "s1", "until": "2026-03-15", "reason": "the bank answers on Monday"})
    assert case(books, 1).state == "snoozed"
    assert "Until 15 Mar" in page(analyst, "/exceptions/1/")
    assert client.post("/exceptions/1/snooze/", {"key": "s2", "until": "never", "reason": "x"}).status_code == 400
    assert client.post("/exceptions/1/assign/", {"key": "a3", "owner": "999999"}).status_code == 400


def test_support_reads_the_case_and_moves_nothing(books: World, analyst: User, supporter: User) -> None:
    sent = {**asked(page(analyst, "/exceptions/1/")), "reason": "x", "reason_code": "CONFIRMATION_FAILED"}
    html = page(supporter, "/exceptions/1/")
    said = words(html)
    assert (
        "You can read this case and write notes on it. Working on it and requesting its correction need the role"
        in said
    )
    assert "you act as support" in said
    assert "A correction is requested by the role analyst or controller; a second person decides." in said
    for offered in ("Send for approval", 'action="/corrections/"', "Another correction", "<kbd>e</kbd>"):
        assert offered not in html
    client = signed_in(supporter)
    assert client.post("/corrections/", sent).status_code == 403
    for act in ("assign", "snooze", "resolve"):
        assert client.post(f"/exceptions/1/{act}/", {"key": "x", "text": "x"}).status_code == 403
    with tenant(books.tenant_id):
        assert not CaseEvent.objects.exclude(kind="opened").exists()


def test_every_link_of_a_case_opens_for_its_reader(books: World, analyst: User, supporter: User) -> None:
    given = {**asked(page(analyst, "/exceptions/1/")), "reason": "Booked.", "reason_code": "CONFIRMATION_FAILED"}
    signed_in(analyst).post("/corrections/", given)
    for reader, most in ((supporter, 0), (analyst, 1)):
        followed = 0
        for number in (1, 2, 3):
            for address in set(re.findall(r'href="(/[^"]*)"', page(reader, f"/exceptions/{number}/"))):
                if not address.startswith(("/static/", "/accounts/")):
                    reply = signed_in(reader).get(address.replace("&amp;", "&"), follow=True)
                    assert reply.status_code == 200, address
                    followed += address.startswith(("/ledger/transactions/", "/bank/lines", "/approvals/1"))
        assert (followed > 0) == bool(most), (reader, followed)


def test_a_resolved_case_says_how_and_offers_nothing(books: World, analyst: User) -> None:
    books.line(Line("L2", "clr", "2026-03-10", -215000, "D2"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    said = words(page(analyst, "/exceptions/3/"))
    assert "Resolved by The difference is gone MR-" in said
    assert "No correction was carried out; the two sides agree by themselves." in said
    assert re.search(r"Found gone by MR-\d+, the check of Tue 10 Mar", said)
    assert "Send for approval" not in said


def test_a_corrected_case_names_the_request_the_people_and_the_run(
    books: World, analyst: User, supporter: User, user_of: Any
) -> None:
    given = {**asked(page(analyst, "/exceptions/1/")), "reason": "Booked.", "reason_code": "CONFIRMATION_FAILED"}
    signed_in(analyst).post("/corrections/", given)
    checker = user_of("Dawit Checker", "controller")
    with tenant(books.tenant_id):
        made = ApprovalRequest.objects.get()
        decide_request(
            request_id=made.id, verdict="approve", reason="", actor=acting(checker, books.tenant_id), at=TODAY,
            step_up=StepUp(TODAY, made.id, bytes(made.payload_sha256).hex()),
        )  # fmt: skip
    books.reconcile("clr", DAY, TODAY)
    assert case(books, 1).state == "resolved"
    html = page(analyst, "/exceptions/1/")
    said = words(html)
    assert "Resolved by Confirmation CR-1 MR-" in said
    assert "Requested by Anna Analyst, 12 Mar 07:00 Approved by Dawit Checker, 12 Mar 07:00 Written LT-" in said
    assert re.search(r"Found gone by MR-\d+, the check of Tue 10 Mar , 12 Mar", said)
    assert 'href="/approvals/1/"' in html
    plain = page(supporter, "/exceptions/1/")
    assert "Confirmation CR-1" in plain
    assert "/approvals/" not in plain


def test_a_held_case_names_what_holds_it_and_how_that_ends(books: World, analyst: User) -> None:
    books.line(Line("L9", "clr", "2026-03-10", -45000, "X991"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    with tenant(books.tenant_id):
        holds = ExceptionCase.objects.get(cause=4)
    html = page(analyst, "/exceptions/1/")
    assert f'Held by <a class="id u" href="/exceptions/{holds.number}/">{holds}</a>. Nobody lifts a hold alone' in html
    assert "two people release its incident, with a root cause" in words(html)


def test_another_tenants_case_is_like_one_that_does_not_exist(books: World, outsider: User) -> None:
    page(outsider, "/exceptions/1/", 404)
    client = signed_in(outsider)
    for act, given in (("assign", {"owner": outsider.person_id}), ("notes", {"text": "x"})):
        assert client.post(f"/exceptions/1/{act}/", {"key": "x", **given}).status_code == 404
    assert (
        client.post(
            "/corrections/",
            {"case": "1", "kind": "confirm", "key": "x1", "transaction": "x", "reason_code": "OTHER", "reason": "x"},
        ).status_code
        == 404
    )


def test_its_queries_do_not_grow_with_the_history(
    books: World, analyst: User, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(analyst)
    with tenant(books.tenant_id):
        for n in range(40):
            CaseEvent.objects.create(case_id=case(books, 2).id, at=TODAY, kind="noted", actor="x", text=str(n))
    with django_assert_max_num_queries(FRAME + 22):  # two of them look for its line and the account set for it
        client.get("/exceptions/2/")


@pytest.mark.parametrize("came", ["?view=drift&amount=5", "?from=home"])
def test_assigning_and_snoozing_lead_back_to_the_list_that_one_came_from(
    books: World, analyst: User, came: str
) -> None:
    html = page(analyst, f"/exceptions/1/{came}")
    for act, form in (
        ("assign", {"owner": str(analyst.person_id)}),
        ("snooze", {"until": "2026-03-14", "reason": "waits"}),
    ):
        (href,) = re.findall(rf'action="(/exceptions/1/{act}/[^"]*)"', html)
        assert unescape(href) == f"/exceptions/1/{act}/{came}"
        done = signed_in(analyst).post(unescape(href), form)
        assert (done.status_code, done.headers["Location"]) == (302, f"/exceptions/1/{came}"), done.content.decode()[
            -900:
        ]
