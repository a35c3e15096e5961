"""Approvals: the page says what a yes changes, and a yes needs another person who proves who they are."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.kinds import KINDS
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from tests.checkpoints import put_in_force, shipped, two_admins
from tests.console.reading import Counted
from tests.console.test_home import words
from tests.console.working import signed_in
from tests.people import PASSWORD, acting
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = """
T1 10 ewa 215000 @R1 p1
T2 10 ewa 70 @R2 p2
L2 clr 10 -70 @R2
"""
UserMaker = Callable[..., User]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant) -> Books:
    made = Books(acme.id).play(ROWS)
    made.check_day("clr", "10")
    return made


@pytest.fixture
def maker(user_of: UserMaker) -> User:
    return user_of("Mara Maker", "analyst")


@pytest.fixture
def checker(user_of: UserMaker) -> User:
    return user_of("Dawit Checker", "controller")


@pytest.fixture
def asked(books: Books, maker: User) -> Made:
    """CR-1: reverse T1, which the bank rejected."""
    case = books.cases("clr", "10")[0]
    return books.reverse("T1", by=acting(maker, books.tenant_id), case=case.number)


def form(made: Made, decision: str = "approve", **changed: str) -> dict[str, str]:
    return {"decision": decision, "password": PASSWORD, "digest": made.payload_sha256, "reason": "", **changed}


def state(books: Books, made: Made) -> str:
    with tenant(books.tenant_id):
        return str(ApprovalRequest.objects.get(id=made.id).state)


def refused(books: Books) -> list[str]:
    with tenant(books.tenant_id):
        rows = AuditEntry.objects.filter(action="attempt.refused").order_by("id")
        return [row.detail["code"] for row in rows]


def decide(user: User, made: Made, decision: str = "approve", htmx: bool = False, **changed: str):  # type: ignore[no-untyped-def]
    headers = {"HX-Request": "true", "HX-Target": "decision"} if htmx else {}
    return signed_in(user).post(
        f"/approvals/{made.number}/decision/", form(made, decision, **changed), headers=headers, follow=not htmx
    )


def test_nothing_to_decide_says_so(acme: Tenant, checker: User, counted: Counted) -> None:
    client = signed_in(checker)
    with counted(at_most=12):
        html = client.get("/approvals/").content.decode()
    assert "Nothing waits for a decision" in html
    with counted(at_most=12):
        html = client.get("/approvals/?show=decided").content.decode()
    assert "No request has ended yet" in html


def test_it_shows_what_a_yes_would_change(books: Books, asked: Made, checker: User) -> None:
    html = signed_in(checker).get("/approvals/1/").content.decode()
    assert "1 request waits for you." in html
    assert "+2,150.00" in html  # the day's drift now
    assert "0.00" in html
    assert "Approve 2,150.00 ETB" in html
    assert "Frozen payload" in html
    assert "is still POSTED" in html
    assert "FIN-1" in html
    article = html[html.index("<article") :]
    assert article.index('value="approve"') < article.index('value="reject"')
    assert signed_in(checker).get("/approvals/").content.decode().count("Approve 2,150.00 ETB") == 1


def test_a_long_inbox_asks_no_more_than_a_short_one(
    books: Books, asked: Made, checker: User, maker: User, counted: Counted
) -> None:
    """The decision beside it is previewed by matching its day twice: that costs the same, however many requests wait."""
    client = signed_in(checker)
    client.get("/approvals/1/")
    with CaptureQueriesContext(connection) as short:
        client.get("/approvals/1/")
    books.play("\n".join(f"T{n} 10 ewa {n} @Q{n} p{n}" for n in range(10, 25)))
    for n in range(10, 25):
        books.reverse(f"T{n}", by=acting(maker, books.tenant_id), code="POSTED_IN_ERROR")
    with counted(at_most=len(short)):
        html = client.get("/approvals/1/").content.decode()
    assert html.count("expires in") == 16


def test_a_yes_with_the_password_executes_exactly_once(books: Books, asked: Made, checker: User) -> None:
    html = decide(checker, asked).content.decode()
    assert "CR-1 executed, 1 transaction written." in html
    assert state(books, asked) == "executed"
    reversal = books.reversal_of("T1")
    assert reversal and str(reversal) in html
    again = decide(checker, asked)
    assert again.status_code == 409
    assert "was executed on" in again.content.decode()
    with tenant(books.tenant_id):
        assert LedgerTransaction.objects.filter(reverses__public_id=books.ids["T1"]).count() == 1


def test_htmx_is_given_the_decision_and_all_that_counts_it(books: Books, asked: Made, checker: User) -> None:
    before = signed_in(checker).get("/approvals/").content.decode()
    assert re.search(r'Approvals<span class="cnt">1<', before)
    answer = decide(checker, asked, htmx=True)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    for part in ("head", "inbox", "nav", "keys"):
        assert re.search(rf'id="{part}"[^>]* hx-swap-oob="true"', html), part
    assert "Nothing waits for a decision" in html
    assert "0 requests wait for you." in html
    assert not re.search(r'Approvals<span class="cnt">', html)
    assert "<kbd>.</kbd>" not in html
    assert "CR-1 executed" in answer["HX-Trigger"]


def told(user: User) -> tuple[str, str, str]:
    """What the header, the badge and the home page say of requests that wait."""
    client = signed_in(user)
    html, home = client.get("/approvals/").content.decode(), words(client.get("/").content.decode())
    header = re.search(r'id="head"[^>]*><div><h1>Approvals</h1><p>(.*?)</p>', html)
    badge = re.search(r'Approvals<span class="cnt">(\d+)<', html)
    assert header
    here = re.search(r"Waiting for you (.*?) (?:←|$)", home)
    return header[1], badge[1] if badge else "", here[1] if here else home


def test_what_waits_is_what_the_reader_may_decide_and_did_not_ask(
    books: Books, asked: Made, maker: User, checker: User, user_of: UserMaker
) -> None:
    header, badge, home = told(checker)
    assert (header, badge) == ("1 request waits for you.", "1")
    assert "1 request waits for your decision" in home
    header, badge, home = told(maker)
    assert (header, badge) == ("1 of your requests waits for a decision.", "")
    assert "1 of your requests waits for approval" in home
    assert "your decision" not in home.replace("no request waits for your decision", "")
    header, badge, home = told(user_of("Another Analyst", "analyst"))
    assert (header, badge) == ("1 request waits for a decision.", "")
    assert "no request waits for your decision" in home
    both = user_of("Both Roles", "analyst", "controller")
    books.play("T5 10 ewa 900 @R5 p5")
    books.reverse("T5", by=acting(both, books.tenant_id), code="POSTED_IN_ERROR")
    header, badge, home = told(both)
    assert (header, badge) == ("1 request waits for you. 1 of your requests waits for others.", "1")
    assert "1 request waits for your decision" in home
    assert "1 of your requests waits for approval" in home
    html = signed_in(both).get("/approvals/").content.decode()
    assert re.search(r'To decide</h2><span class="meta">1</span>', html)


def test_what_is_over_waits_for_nobody(books: Books, asked: Made, maker: User, checker: User) -> None:
    with time_machine.travel(asked.expires_at):
        assert told(checker)[:2] == ("0 requests wait for you.", "")
        assert "no request waits for your decision" in told(checker)[2]
        assert "of your requests" not in told(maker)[2]


def test_after_a_decision_the_list_goes_on_with_its_first(
    books: Books, asked: Made, maker: User, checker: User
) -> None:
    books.play("T5 10 ewa 900 @R5 p5")
    books.reverse("T5", by=acting(maker, books.tenant_id), code="POSTED_IN_ERROR")
    html = decide(checker, asked, htmx=True).content.decode()
    assert 'data-key="j" href="/approvals/2/"' in html
    assert "<kbd>j</kbd> next request" in html
    assert "<kbd>k</kbd>" not in html


def test_a_stale_request_leaves_the_counts_too(books: Books, asked: Made, checker: User) -> None:
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(contribution_minor=215000).update(contribution_minor=1)
    answer = decide(checker, asked, htmx=True)
    assert answer.status_code == 409
    assert "0 requests wait for you." in answer.content.decode()
    assert answer.content.decode().count("<html") == 0


def test_an_empty_password_is_asked_for_beside_its_field(books: Books, asked: Made, checker: User) -> None:
    html = signed_in(checker).get("/approvals/1/").content.decode()
    field = re.search(r'<input[^>]*name="password"[^>]*>', html)
    assert field and " required" in field[0]
    for _ in range(7):  # no try is spent
        answer = decide(checker, asked, "reject", password="", reason="typed long", htmx=True)
    html = answer.content.decode()
    assert answer.status_code == 403
    field = re.search(r'<input[^>]*name="password"[^>]*>', html)
    assert field and 'aria-invalid="true"' in field[0] and 'aria-describedby="code-h proof-e"' in field[0]
    assert re.search(r'id="proof-e"[^>]*><p class="mb0">Enter your password; this decision needs it.</p>', html)
    assert 'value="typed long"' in html
    assert decide(checker, asked).status_code == 200


def test_what_was_executed_stays_to_be_seen(books: Books, asked: Made, checker: User) -> None:
    decide(checker, asked)
    reversal = books.reversal_of("T1")
    assert reversal
    html = signed_in(checker).get("/approvals/1/").content.decode()
    said = words(html)
    assert "What was written, as one batch" in said
    assert f'written as <a class="id u" href="/ledger/transactions/{reversal.public_id}/">' in html
    assert "Effective Tue 10 Mar 2026. The original stays POSTED. 2,150.00 2,150.00" in said
    assert "Net drift of 10 Mar +2,150.00 becomes not checked yet" in said
    assert "The check of 10 Mar was asked for with it. It closes C-1 when the difference is gone." in said
    assert 'hx-get="/approvals/1/" hx-trigger="every 4s" hx-target="#decision"' in html
    check = books.check_day("clr", "10", at=NOW + timedelta(hours=1))
    html = signed_in(checker).get("/approvals/1/").content.decode()
    said = words(html)
    assert "Net drift of 10 Mar +2,150.00 becomes 0.00 ETB" in said
    assert "10 Mar became" in said
    with tenant(books.tenant_id):
        run = check.run.number
    assert f"MR-{run}, the check of 10 Mar, found the difference gone and closed C-1" in said
    assert 'href="/drift/clr/2026-03-10/"' in html
    assert "The next check" not in html
    assert "every 4s" not in html


def test_a_case_that_its_check_left_open_is_said_so(books: Books, asked: Made, checker: User) -> None:
    decide(checker, asked)
    books.check_day("clr", "10", at=NOW + timedelta(hours=1))
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(state="reopened", resolved_at=None, resolution="")
    said = words(signed_in(checker).get("/approvals/1/").content.decode())
    assert "ran since and left open C-1" in said


def test_what_was_rejected_shows_what_was_asked_for(books: Books, asked: Made, checker: User) -> None:
    html = words(decide(checker, asked, "reject", reason="not proven", htmx=True).content.decode())
    assert "What was asked for Payment Account Debit ETB Credit ETB" in html
    assert "Effective Tue 10 Mar 2026. Nothing of it was written. 2,150.00 2,150.00" in html
    assert "written as" not in html


def test_a_no_needs_a_reason_and_leaves_the_book_alone(books: Books, asked: Made, checker: User) -> None:
    assert decide(checker, asked, "reject").status_code == 400
    assert state(books, asked) == "open"
    html = decide(checker, asked, "reject", reason="not proven").content.decode()
    assert "CR-1 rejected" in html
    assert "not proven" in html
    assert state(books, asked) == "rejected"
    assert books.reversal_of("T1") is None


def test_a_missing_reason_is_asked_for_beside_its_field_and_spends_no_code(
    books: Books, asked: Made, checker: User
) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(checker, secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    answer = decide(checker, asked, "reject", code=code, htmx=True)
    assert answer.status_code == 400
    assert answer["HX-Retarget"] == "#decision"
    html = answer.content.decode()
    field = re.search(r'<input[^>]*name="reason"[^>]*>', html)
    assert field and 'aria-invalid="true"' in field[0] and 'aria-describedby="rsn-h rsn-e"' in field[0]
    assert re.search(r'id="rsn-e"[^>]*><p class="mb0">A rejection says why.</p>', html)
    assert "aria-invalid" not in re.search(r'<input[^>]*name="code"[^>]*>', html)[0]  # type: ignore[index]
    assert decide(checker, asked, "reject", code=code, reason="not proven").status_code == 200
    assert state(books, asked) == "rejected"


def test_the_decided_are_listed_with_how_they_ended(books: Books, asked: Made, checker: User) -> None:
    decide(checker, asked, "reject", reason="not proven")
    html = signed_in(checker).get("/approvals/?show=decided").content.decode()
    assert "Reverse LT-" in html
    assert "rejected 20 Mar 12:00" in html


def test_a_wrong_password_decides_nothing_and_keeps_the_reason(books: Books, asked: Made, checker: User) -> None:
    answer = decide(checker, asked, "reject", password="wrong", reason="typed long", htmx=True)
    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#decision"
    html = answer.content.decode()
    assert "The password is not right." in html
    assert 'value="typed long"' in html
    assert decide(checker, asked, password="").status_code == 403
    assert state(books, asked) == "open"


def test_the_sixth_try_is_refused_even_when_right(books: Books, asked: Made, checker: User) -> None:
    for _ in range(5):
        decide(checker, asked, password="wrong")
    answer = decide(checker, asked)
    assert answer.status_code == 403
    assert "wait 5 minutes" in answer.content.decode()
    assert state(books, asked) == "open"


def test_a_person_with_an_app_needs_its_code_and_no_password_will_do(books: Books, asked: Made, checker: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(checker, secret)
    assert 'name="code"' in signed_in(checker).get("/approvals/1/").content.decode()
    assert decide(checker, asked).status_code == 403
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    assert decide(checker, asked, password="", code=code).status_code == 200
    assert state(books, asked) == "executed"


def test_the_proof_is_about_what_was_on_the_screen(books: Books, asked: Made, checker: User) -> None:
    assert decide(checker, asked, digest="0" * 64).status_code == 403
    assert decide(checker, asked, digest="").status_code == 403
    assert state(books, asked) == "open"


def test_the_maker_is_told_who_decides_and_may_withdraw(books: Books, asked: Made, maker: User, checker: User) -> None:
    client = signed_in(maker)
    html = client.get("/approvals/1/").content.decode()
    assert "You asked for this, so someone else decides." in html
    assert "Dawit Checker may." in html
    assert 'value="approve"' not in html
    said = client.post("/approvals/1/withdraw/", follow=True).content.decode()
    assert "CR-1 withdrawn" in said
    assert state(books, asked) == "withdrawn"
    late = signed_in(checker).post("/approvals/1/decision/", form(asked))
    html = late.content.decode()
    assert (late.status_code, "Your decision was not taken." in html) == (409, True)
    assert "CR-1 was withdrawn on" in html
    assert 'value="approve"' not in html, "the page is as it stands by now"


def test_nobody_else_withdraws_it(books: Books, asked: Made, checker: User) -> None:
    assert signed_in(checker).post("/approvals/1/withdraw/").status_code == 403
    assert state(books, asked) == "open"


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_a_maker_cannot_approve_by_direct_post(books: Books, user_of: UserMaker, checker: User, password: str) -> None:
    both = user_of("Both Roles", "analyst", "controller")
    case = books.cases("clr", "10")[0]
    made = books.reverse("T1", by=acting(both, books.tenant_id), case=case.number)
    answer = decide(both, made, password=password)
    assert answer.status_code == 403
    assert "someone else decides" in answer.content.decode()
    assert refused(books) == ["checker_is_maker"]
    assert state(books, made) == "open"


def test_a_second_sign_in_of_the_maker_is_the_maker(books: Books, asked: Made, maker: User, user_of: UserMaker) -> None:
    twin = user_of("Mara Twin", "controller", same_as=maker)
    assert decide(twin, asked).status_code == 403
    assert refused(books) == ["checker_is_maker"]


@pytest.mark.parametrize("role", ["analyst", "auditor", "policy_admin"])
def test_readers_are_told_who_decides_and_cannot(books: Books, asked: Made, user_of: UserMaker, role: str) -> None:
    reader = user_of("Reader", role)
    html = signed_in(reader).get("/approvals/1/").content.decode()
    assert "Deciding needs the role controller" in html
    assert 'value="approve"' not in html
    assert decide(reader, asked).status_code == 403
    assert refused(books) == ["not_permitted"]
    assert state(books, asked) == "open"


@pytest.mark.parametrize("role", ["support", "operator"])
def test_it_is_no_page_of_theirs(books: Books, asked: Made, user_of: UserMaker, role: str) -> None:
    other = signed_in(user_of("Other", role))
    for address in ("/approvals/", "/approvals/1/", "/approvals/1/checks/"):
        assert other.get(address).status_code == 404


def test_what_changed_since_asked_cannot_be_approved(books: Books, asked: Made, checker: User) -> None:
    with tenant(books.tenant_id):
        case = ExceptionCase.objects.filter(contribution_minor=215000)
        case.update(contribution_minor=1)
    html = signed_in(checker).get("/approvals/1/").content.decode()
    assert "no longer holds" in html
    assert "Changed since asked, so it cannot be approved." in html
    assert 'value="approve"' not in html
    assert 'value="reject"' in html
    answer = decide(checker, asked)
    assert answer.status_code == 409
    assert "Changed since asked" in answer.content.decode()
    assert state(books, asked) == "stale"
    assert books.reversal_of("T1") is None


def test_the_checks_are_asked_again_by_themselves(books: Books, asked: Made, checker: User) -> None:
    html = signed_in(checker).get("/approvals/1/checks/").content.decode()
    assert 'hx-trigger="every 15s"' in html
    assert "<html" not in html
    decide(checker, asked)
    assert "every 15s" not in signed_in(checker).get("/approvals/1/checks/").content.decode()


def test_two_controllers_are_counted(
    books: Books, maker: User, checker: User, user_of: UserMaker, noon: datetime
) -> None:
    first, second = two_admins(user_of, books.tenant_id)
    asks_two = shipped("corrections", lambda d: d["clauses"][0]["approval"].update(quorum=2))
    put_in_force(books.tenant_id, asks_two, maker=first, checker=second, at=noon)
    made = books.reverse("T1", by=acting(maker, books.tenant_id), case=books.cases("clr", "10")[0].number)
    html = decide(checker, made).content.decode()
    assert "CR-2 approved, 1 of 2 given." in html
    assert "You decided on it." in html
    assert "CR-2 executed" in decide(user_of("Rahel Second", "controller"), made).content.decode()


def test_an_overdue_request_is_over(books: Books, asked: Made, checker: User) -> None:
    with time_machine.travel(asked.expires_at):
        client = signed_in(checker)
        assert "Nothing waits for a decision" in client.get("/approvals/").content.decode()
        assert "Expired" in client.get("/approvals/1/").content.decode()
        assert "expired 21 Mar" in client.get("/approvals/?show=decided").content.decode()
        assert client.post("/approvals/1/decision/", form(asked)).status_code == 409


def test_forged_fields_are_ignored(books: Books, asked: Made, maker: User, checker: User, rival: Tenant) -> None:
    forged = {
        "made_by": str(checker.person_id), "decided_by": str(maker.person_id), "tenant_id": str(rival.id),
        "quorum": "0", "state": "executed", "amount_minor": "1", "request_id": "999",
    }  # fmt: skip
    assert decide(maker, asked, **forged).status_code == 403
    decide(checker, asked, "reject", reason="no", **forged)
    with tenant(books.tenant_id):
        stored = ApprovalDecision.objects.get()
        assert (stored.decided_by_id, stored.made_by, stored.verdict) == (checker.person_id, maker.person_id, "reject")
        assert not ApprovalExecution.objects.exists()


@pytest.mark.parametrize("decision", ["", "APPROVE", "execute"])
def test_a_decision_is_yes_or_no(books: Books, asked: Made, checker: User, decision: str) -> None:
    assert decide(checker, asked, decision).status_code == 400
    assert state(books, asked) == "open"


def test_another_tenants_request_answers_like_a_random_number(
    books: Books, asked: Made, rival: Tenant, user_of: UserMaker
) -> None:
    theirs = signed_in(user_of("Their Controller", "controller", tenant_id=rival.id))
    for act in ("", "checks/"):
        a, b = theirs.get(f"/approvals/1/{act}"), theirs.get(f"/approvals/77/{act}")
        assert (a.status_code, a.content) == (b.status_code, b.content) == (404, b.content)
    for act in ("decision/", "withdraw/"):
        assert theirs.post(f"/approvals/1/{act}", form(asked)).status_code == 404
    assert theirs.get("/approvals/99999999999999999999/").status_code == 404
    assert state(books, asked) == "open"


def test_text_of_the_maker_is_shown_and_not_run(books: Books, maker: User, checker: User) -> None:
    evil = '<img src=x onerror=alert(1)>" hx-get="/x'
    case = books.cases("clr", "10")[0]
    books.reverse("T1", by=acting(maker, books.tenant_id), case=case.number, note=evil)
    html = signed_in(checker).get("/approvals/1/").content.decode()
    assert "<img src=x" not in html
    assert 'hx-get="/x"' not in html


def test_every_kind_that_can_be_asked_for_can_be_shown(books: Books) -> None:
    from console.pages.entry_lines import ACTS

    assert set(KINDS) <= set(ACTS), "a new kind needs its word, and a look at its page"


def test_a_client_that_is_not_signed_in_is_sent_to_sign_in(asked: Made) -> None:
    assert Client().get("/approvals/1/").status_code == 302
    assert Client().post("/approvals/1/decision/", form(asked)).status_code == 302


def test_signing_in_leads_back_to_the_whole_address(asked: Made) -> None:
    whole = "/approvals/1/?from=home&view=drift"
    login = Client().get(whole)["Location"]
    assert parse_qs(urlsplit(login).query)["next"] == [whole]
    part = Client().get("/approvals/1/", headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{whole}"})
    assert parse_qs(urlsplit(part["HX-Redirect"]).query)["next"] == [f"http://testserver{whole}"]


def test_figures_that_changed_since_they_were_shown_are_shown_again(
    books: Books, asked: Made, maker: User, checker: User
) -> None:
    page = signed_in(checker).get("/approvals/1/").content.decode()
    shown = re.search(r'name="shown" value="([0-9a-f]{32})"', page)
    assert shown
    books.play("T9 10 ewa 900 @R9 p9")  # another posting of the day that this correction touches
    books.check_day("clr", "10")
    answer = decide(checker, asked, shown=shown[1])
    assert (answer.status_code, "have changed since you looked" in answer.content.decode()) == (409, True)
    assert state(books, asked) == "open"
    again = re.search(r'name="shown" value="([0-9a-f]{32})"', answer.content.decode())
    assert again
    assert again[1] != shown[1]
    assert "CR-1 executed" in decide(checker, asked, shown=again[1]).content.decode()
