"""A wrong sign from its case to CLEAN through the pages: the rule first, then one batch, one approval, its progress."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.test_case import asked
from tests.console.test_home import words
from tests.console.working import signed_in
from tests.people import PASSWORD, UserMaker
from tests.reconciliation.books import NOW
from tests.reconciliation.corrections.batches.signs import AFTER, S04, Signs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def signs(acme: Tenant) -> Signs:
    made = Signs(acme.id)
    made.rule()
    made.play(S04)
    for day in ("09", "10"):
        made.check_day("clr", day)
    return made


@pytest.fixture
def analyst(user_of: UserMaker) -> Client:
    return signed_in(user_of("Anna Analyst", "analyst"))


@pytest.fixture
def admin(user_of: UserMaker) -> Client:
    return signed_in(user_of("Petra Policy", "policy_admin"))


@pytest.fixture
def controller(user_of: UserMaker) -> Client:
    return signed_in(user_of("Conrad Controller", "controller"))


def said(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.status_code)
    return words(answer.content.decode())


def approve(signs: Signs, client: Client, number: int) -> str:
    with tenant(signs.tenant_id):
        digest = bytes(ApprovalRequest.objects.get(number=number).payload_sha256).hex()
    html = client.get(f"/approvals/{number}/").content.decode()
    shown = re.search(r'name="shown" value="(\w*)"', html)
    given = {
        "decision": "approve",
        "password": PASSWORD,
        "digest": digest,
        "reason": "",
        "shown": shown[1] if shown else "",
    }
    answer = client.post(f"/approvals/{number}/decision/", given, follow=True)
    assert answer.status_code == 200, answer.content.decode()[-1500:]
    return words(answer.content.decode())


def rule_sent(client: Client) -> str:
    """The corrected rule, asked for with the form as the link of the case fills it."""
    html = client.get("/settings/rules/?use_case=loan&turned=1").content.decode()
    key = re.search(r'name="key" value="(\w+)"', html)
    lines = re.search(r"(?s)<textarea[^>]*name=\"directions\"[^>]*>\s*(.*?)</textarea>", html)
    assert key and lines
    assert lines[1].split("\n") == ["clr CREDIT", "emp DEBIT"]
    given = {"use_case": "loan", "directions": lines[1], "note": "Loans were posted the wrong way.", "key": key[1]}
    answer = client.post("/settings/rules/ask/", given, follow=True)
    assert answer.status_code == 200
    return words(answer.content.decode())


def batch_sent(signs: Signs, analyst: Client) -> None:
    html = analyst.get("/corrections/preview/?case=1&kind=correction.batch").content.decode()
    given = {**asked(html), "reason": "Every loan since Monday.", "reason_code": "WRONG_SIGN"}
    assert given["kind"] == "correction.batch"
    assert analyst.post("/corrections/", given).status_code == 302


def test_without_a_corrected_rule_the_case_says_so_and_leads_to_it(
    signs: Signs, analyst: Client, admin: Client
) -> None:
    for client in (analyst, admin):
        html = client.get("/exceptions/1/").content.decode()
        assert (
            "Loan v1 says what loan posted; a corrected rule comes into force first: a policy admin proposes it"
            in words(html)
        )
        assert 'action="/corrections/"' not in html
        assert ("/settings/rules/?use_case=loan&amp;turned=1" in html) == (client is admin), (
            "only to whom the page opens"
        )


def test_the_rule_is_proposed_turned_and_approved_by_another(signs: Signs, admin: Client, controller: Client) -> None:
    told = rule_sent(admin)
    assert "CR-1 waits for 1 controller other than you" in told
    assert "version 1 in force; CR-1 by Petra Policy waits" in told
    shown = said(controller, "/approvals/1/")
    for part in (
        "Set the posting rule of loan",
        "clr DEBIT CREDIT",
        "emp CREDIT DEBIT",
        "Nobody set another rule meanwhile",
    ):
        assert part in shown, part
    approve(signs, controller, 1)
    listed = said(admin, "/settings/rules/")
    assert "version 2 in force" in listed
    assert "asked by Petra Policy, CR-1" in listed


def test_from_the_case_to_clean(
    signs: Signs, analyst: Client, admin: Client, controller: Client, counted: Counted
) -> None:  # fmt: skip
    rule_sent(admin)
    approve(signs, controller, 1)

    first = analyst.get("/exceptions/1/").content.decode()
    assert "Reverse and re-post every posting of loan with the wrong sign, as loan v2 says" in words(first)
    assert 'hx-get="/corrections/preview/?case=1&amp;kind=correction.batch"' in first, "worked out by itself"
    with counted(at_most=40):
        shown = said(analyst, "/corrections/preview/?case=1&kind=correction.batch", **{"HX-Request": "true"})
    for part in (
        "2 postings of loan stand against loan v2; each is reversed and posted anew: 4 new transactions.",
        "clr ETB −1.80 +1.80", "emp ETB −1.80 +1.80",
        "clr, 9 Mar ETB 1 −1.20 0.00 1.20 0.00", "clr, 10 Mar ETB 1 −2.40 0.00 2.40 0.00",
        "A correction needs 1 controller other than its maker.", "Send batch for approval",
    ):  # fmt: skip
        assert part in shown, part
    batch_sent(signs, analyst)
    assert "CR-2 by Anna Analyst waits for a decision: Reverse and re-post 2 postings of loan." in said(
        analyst, "/exceptions/1/"
    )

    waiting = said(controller, "/approvals/2/")
    for part in ("2 postings of loan stand against loan v2", "clr, 9 Mar ETB 1 −1.20 0.00",
                 "The same rule is in force, and exactly these postings stand against it", "Approve 1.80 ETB"):  # fmt: skip
        assert part in waiting, part
    approve(signs, controller, 2)

    running = controller.get("/approvals/2/").content.decode()
    assert "0 of 2 reversed and posted anew." in words(running)
    assert 'hx-trigger="every 1s"' in running
    case = analyst.get("/exceptions/1/").content.decode()
    assert "CR-2 is being carried out" in words(case)
    assert 'hx-get="/corrections/preview/?case=1" hx-trigger="every 1s"' in case

    signs.work()
    with time_machine.travel(AFTER):
        ended = controller.get("/approvals/2/").content.decode()
        assert "carried out: 4 new transactions." in words(ended)
        assert "2 of 2 reversed and posted anew." in words(ended)
        assert "every 1s" not in ended, "it is asked no more once it has ended"
        assert "Batch correction CR-2" in said(analyst, "/exceptions/1/")
        assert signs.check_day("clr", "10", AFTER).verdict == "CLEAN"


def test_a_stopped_batch_names_what_changed(signs: Signs, analyst: Client, admin: Client, controller: Client) -> None:
    rule_sent(admin)
    approve(signs, controller, 1)
    batch_sent(signs, analyst)
    approve(signs, controller, 2)
    signs.play("R4 09 rev T4")
    signs.work()
    changed = signs.transaction("T4")
    html = controller.get("/approvals/2/").content.decode()
    assert f"stopped: {changed} was reversed by LT-" in words(html)
    assert "Nothing of it was written; 2 postings stand as before and may be asked for anew." in words(html)
    assert f'href="/ledger/transactions/{changed.public_id}/"' in html
    assert "0 of 2 reversed and posted anew." in words(html)
    assert "every 1s" not in html


def test_a_batch_that_changed_since_it_was_shown_is_asked_again(
    signs: Signs, analyst: Client, admin: Client, controller: Client
) -> None:
    rule_sent(admin)
    approve(signs, controller, 1)
    batch_sent(signs, analyst)
    html = controller.get("/approvals/2/").content.decode()
    shown = re.search(r'name="shown" value="(\w+)"', html)
    signs.play("R4 09 rev T4")
    assert shown
    given = {"decision": "approve", "password": PASSWORD, "shown": shown[1], "reason": ""}
    answer = controller.post("/approvals/2/decision/", given)
    assert answer.status_code == 409
    assert "Other postings stand against the rule now: one was reversed in the meantime" in words(
        answer.content.decode()
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"directions": "clr UP"}, "is not an account and a direction, like 2020 CREDIT."),
        ({"directions": "clr CREDIT"}, "A rule names 2 to 50 accounts."),
        ({"directions": "clr CREDIT\nnope DEBIT"}, "No account has the code"),
        ({"directions": "clr CREDIT\nclr DEBIT"}, "clr stands twice."),
        ({"use_case": "Loan"}, "A use case is lower-case letters"),
    ],
)
def test_a_rule_that_does_not_fit_comes_back_with_the_reason(
    signs: Signs, admin: Client, changed: dict[str, str], says: str
) -> None:
    given = {"use_case": "deposit", "directions": "clr CREDIT\nemp DEBIT", "note": ""} | changed
    answer = admin.post("/settings/rules/set/", given)
    assert answer.status_code == 400
    assert says in words(answer.content.decode())


def test_the_first_rule_is_set_at_once_and_readers_get_no_form(signs: Signs, admin: Client, user_of: UserMaker) -> None:
    given = {"use_case": "deposit", "directions": "btc debit\nunap credit", "note": "As the treasury posts."}
    assert "Posting rule deposit v1 is in force" in words(
        admin.post("/settings/rules/set/", given, follow=True).content.decode()
    )
    reader: User = user_of("Audrey Auditor", "auditor")
    html = signed_in(reader).get("/settings/rules/").content.decode()
    assert "DEBIT btc btc" in words(html)
    assert "/settings/rules/set/" not in html
    assert "Propose another" not in html


def test_a_later_rule_without_a_reason_comes_back(signs: Signs, admin: Client) -> None:
    given = {"use_case": "loan", "directions": "clr CREDIT\nemp DEBIT", "note": "", "key": "k1"}
    answer = admin.post("/settings/rules/ask/", given)
    assert answer.status_code == 400
    assert "Another posting rule needs a note that says why." in words(answer.content.decode())
