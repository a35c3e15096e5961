"""The guided runbook of a case: for each cause the looks in their order, each with what stands now, and what mitigates it."""

import re

import pytest

from ledger.models import Tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from tests.console.test_home import words
from tests.console.working import outsider, page, signed_in, supporter  # noqa: F401
from tests.people import UserMaker
from tests.reconciliation.books import NOW, Books, march
from tests.reconciliation.provider.desk import Desk, said

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


def the_case(acme: Tenant, rows: str, account: str = "clr", day: str = "10") -> ExceptionCase:
    world = Books(acme.id).play(rows)
    world.check_day(account, day)
    return world.case(account, day)


def runbook(reader: User, case: ExceptionCase) -> str:
    return page(reader, f"/exceptions/{case.number}/runbook/")


def steps(html: str) -> list[tuple[str, str]]:
    """(what is asked, the word that its look answers with) of each step."""
    found = re.findall(
        r'(?s)<h2 id="s\d+-h">\d+\. ([^<]+)</h2>.*?<span class="b b-\w+">.*?</svg>\s*([^<]+)</span>', html
    )
    return [(title.replace("&#x27;", "'"), word.strip()) for title, word in found]


def test_cause_1_names_what_is_silent(acme: Tenant, reader: User) -> None:
    case = the_case(acme, "T1 10 ewa 60 @R1 p1")
    desk = Desk(acme.id)
    desk.deliver(said("InvoiceSettled"))
    desk.deliver(said("InvoiceExpired"), key="the key of somebody else")
    html = runbook(reader, case)
    assert steps(html) == [
        ("Are the statements here?", "nothing here"),
        ("What does the bank show under this reference?", "look here"),
        ("What does the ledger hold under this reference?", "look here"),
        ("Is anybody still telling us?", "look here"),
        ("What do the other planes say of the payment?", "look here"),
    ]
    text = words(html)
    assert "No line of any day carries its reference." in text
    assert "Wrong signatures, 24 h" in text
    assert "Key age" in text
    assert "never asked" in text
    assert "Open the proposed correction" in text
    assert "Reconcile this day" in text
    assert "Nobody is paged" in text


def test_a_statement_that_is_missing_is_not_known_and_says_which(acme: Tenant, reader: User) -> None:
    world = Books(acme.id).play("T1 10 ewa 60 @R1 p1")
    world.cover("clr", march("10"))
    world.reconcile("clr", march("10"), NOW)
    html = runbook(reader, world.case("clr", "10"))
    assert steps(html)[0] == ("Are the statements here?", "not known")
    assert "2 of 3 days that are due have no complete statement." in words(html)


LEDGER = "What does the ledger hold under this reference?"


@pytest.mark.parametrize(
    ("rows", "first", "says"),
    [
        ("T1 10 loan clr/emp 120 @K1\nL1 clr 10 -120 @K1", LEDGER, "posts the wrong way round"),
        ("L1 clr 10 -250 @X991", "What else left this account unexplained?", "Security at once"),
        ("T1 10 PENDING ewa 80 @R1\nL1 clr 10 -80 @R1", LEDGER, "still holds as PENDING"),
        ('L1 clr 10 -25 "FEE"', "What does the bank call it?", "charged, paid or adjusted"),
    ],
    ids=["cause 3", "cause 4", "cause 5", "cause 6"],
)  # fmt: skip
def test_each_cause_begins_where_it_shows(acme: Tenant, reader: User, rows: str, first: str, says: str) -> None:
    html = runbook(reader, the_case(acme, rows))
    assert steps(html)[0][0] == first
    assert says in words(html)


def test_security_is_no_correction(acme: Tenant, reader: User) -> None:
    html = runbook(reader, the_case(acme, "L1 clr 10 -250 @X991"))
    assert '<a class="btn btn-primary" href="/incidents/1/">Open the security hold</a>' in html
    assert "Open bank statements" not in html, "nothing is missing"
    assert html.count("Everything below waits for it") == 0, "it is the last step"
    assert "Open the proposed correction" not in html
    assert "Reconcile this day" not in html
    assert "1 debit without a counterpart" in words(html)


@pytest.mark.parametrize(
    ("account", "rows", "amounts", "says"),
    [
        ("clr", "T1 10 loan clr/emp 120 @K1\nL1 clr 10 -120 @K1", ["−1.20 ETB", "+1.20 ETB"], "+ is money out"),
        ("cash", "L1 cash 10 -250 @X992", ["−2.50 ETB"], "+ is money in"),
        ("clr", "L1 clr 10 -250 @X991", ["+2.50 ETB"], "+ is money out"),
    ],
)
def test_both_sides_count_as_the_drift_does(
    acme: Tenant, reader: User, account: str, rows: str, amounts: list[str], says: str
) -> None:
    text = words(runbook(reader, the_case(acme, rows, account)))
    assert f"Ledger and bank count as in the drift: {says} on this account." in text
    for amount in amounts:
        assert amount in text, amount


def test_it_is_reached_from_the_case_by_a_key(acme: Tenant, reader: User) -> None:
    case = the_case(acme, "T1 10 ewa 60 @R1 p1")
    html = page(reader, f"/exceptions/{case.number}/")
    assert f'href="/exceptions/{case.number}/runbook/" data-key="b"' in html


def test_asked_by_its_own_page_it_answers_with_the_looks_alone(acme: Tenant, reader: User) -> None:
    case = the_case(acme, "T1 10 ewa 60 @R1 p1")
    part = signed_in(reader).get(
        f"/exceptions/{case.number}/runbook/", headers={"HX-Request": "true", "HX-Target": "looks"}
    )
    html = part.content.decode()
    assert 'id="looks"' in html
    assert "<html" not in html


def test_support_and_strangers_find_no_such_page(acme: Tenant, reader: User, supporter: User, outsider: User) -> None:
    case = the_case(acme, "T1 10 ewa 60 @R1 p1")
    for other in (supporter, outsider):
        assert signed_in(other).get(f"/exceptions/{case.number}/runbook/").status_code == 404


def test_looking_takes_few_queries(acme: Tenant, reader: User, django_assert_max_num_queries: object) -> None:
    case = the_case(acme, "T1 10 ewa 60 @R1 p1")
    client = signed_in(reader)
    client.get("/payments/")
    with django_assert_max_num_queries(54):  # type: ignore[operator]
        client.get(f"/exceptions/{case.number}/runbook/")
