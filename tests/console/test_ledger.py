"""The ledger's pages: balances, entries by position, one transaction with all that hangs on it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import signed_in
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = """
T1 10 ewa 215000 @R1 p1
T2 10 ewa 90000 @R2 p2
T3 10 PENDING ewa 247500 @R3 p3
L1 clr 10 -215000 @R1
"""


@pytest.fixture
def books(acme: Tenant) -> Books:
    made = Books(acme.id).play(ROWS)
    made.check_day("clr", "10")
    return made


@pytest.fixture
def client(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Auditor", "auditor"))


def transaction_of(books: Books, name: str) -> str:
    return f"/ledger/transactions/{books.ids[name]}/"


def test_it_shows_every_account_with_its_balance(client: Client, books: Books, counted: Counted) -> None:
    with counted(at_most=14):
        html = client.get("/ledger/").content.decode()
    assert "3,050.00" in html  # 2,150.00 + 900.00 on the payout clearing
    assert "2,475.00" in html  # what is PENDING stands apart
    assert "Reconciled with" in html
    assert html.count("<h1") == 1


def test_an_account_page_lists_its_entries_newest_first(client: Client, books: Books, counted: Counted) -> None:
    with counted(at_most=14):
        html = client.get("/ledger/accounts/clr/").content.decode()
    assert html.index(">R3<") < html.index(">R2<") < html.index(">R1<")
    assert "PENDING" in html
    assert ">R2<" not in client.get("/ledger/accounts/clr/?status=PENDING").content.decode()
    assert "No entry here" in client.get("/ledger/accounts/clr/?from=2026-03-11").content.decode()


def test_a_filter_that_is_no_date_is_no_filter(client: Client, books: Books) -> None:
    assert client.get("/ledger/accounts/clr/?from=yesterday").status_code == 200


def test_rows_come_alone_for_htmx(client: Client, books: Books) -> None:
    for address in ("/ledger/accounts/clr/", "/ledger/transactions/"):
        html = client.get(address, headers={"HX-Request": "true", "HX-Target": "rows"}).content.decode()
        assert 'id="rows"' in html
        assert "<html" not in html


@pytest.mark.parametrize("sought", ["R1", "p1", "r-1", "{id}", "{short}"])
def test_a_transaction_is_found_by_its_whole_reference(client: Client, books: Books, sought: str) -> None:
    public_id = books.ids["T1"]
    sought = sought.format(id=public_id, short=f"LT-{public_id[:8].upper()}")
    html = client.get("/ledger/transactions/", {"q": sought}).content.decode()
    assert public_id in html
    assert books.ids["T2"] not in html


def test_pages_go_by_position_and_meet_without_a_gap(client: Client, acme: Tenant, counted: Counted) -> None:
    rows = "\n".join(f"T{n} 10 ewa {n} @R{n} p{n}" for n in range(1, 106))
    books = Books(acme.id).play(rows)
    seen: list[str] = []
    address = "/ledger/transactions/"
    pages = 0
    while address:
        with counted(at_most=14):
            context = client.get(address).context
        seen += [row["key"] for row in context["rows"]]
        following = context["page"]["next_href"]
        address = f"/ledger/transactions/{following}" if following else ""
        pages += 1
    assert pages == 3
    assert seen == [books.ids[f"T{n}"] for n in range(105, 0, -1)]
    assert (context["page"]["first"], context["page"]["last"]) == (101, 105)
    back = client.get(f"/ledger/transactions/{context['page']['previous_href']}").context
    assert [row["key"] for row in back["rows"]] == seen[50:100]
    assert (back["page"]["first"], back["page"]["last"]) == (51, 100)


def test_entries_of_an_account_page_both_ways(client: Client, acme: Tenant) -> None:
    Books(acme.id).play("\n".join(f"T{n} 10 ewa {n} @R{n} p{n}" for n in range(1, 56)))
    first = client.get("/ledger/accounts/clr/").context
    second = client.get(f"/ledger/accounts/clr/{first['page']['next_href']}").context
    assert [row["reference"] for row in second["rows"]] == ["R5", "R4", "R3", "R2", "R1"]
    back = client.get(f"/ledger/accounts/clr/{second['page']['previous_href']}").context
    assert [row["key"] for row in back["rows"]] == [row["key"] for row in first["rows"]]


def test_one_transaction_shows_its_entries_its_line_and_who_posted_it(
    client: Client, books: Books, counted: Counted
) -> None:
    with counted(at_most=14):
        html = client.get(transaction_of(books, "T1")).content.decode()
    assert html.count("2,150.00") >= 4  # two entries and their sums
    assert "The sums are equal, compared by partner reference." in html
    assert "core-banking" in html
    assert "Postings v1" in html


def test_a_transaction_without_a_line_says_so(client: Client, books: Books) -> None:
    html = client.get(transaction_of(books, "T2")).content.decode()
    assert "No bank line is matched with it." in html
    assert "C-1" in html


def test_a_reversal_and_its_original_name_each_other(client: Client, books: Books) -> None:
    books.play("R2 10 rev T2")
    assert "reversed by" in client.get(transaction_of(books, "T2")).content.decode()
    assert "reverses" in client.get(transaction_of(books, "R2")).content.decode()


def test_the_timeline_of_a_transaction_ends_with_its_reversal(client: Client, books: Books, counted: Counted) -> None:
    books.play("R2 10 rev T2")
    reversal = books.reversal_of("T2")
    assert reversal is not None
    with counted(at_most=14):
        html = client.get(transaction_of(books, "T2")).content.decode()
    timeline = html.split('id="ev-h"')[1].split("</section>")[0]
    assert timeline.index("posted it") < timeline.index("reversed it")
    assert f'href="/ledger/transactions/{reversal.public_id}/">{reversal}</a>' in timeline
    own = client.get(transaction_of(books, "R2")).content.decode().split('id="ev-h"')[1].split("</section>")[0]
    assert "reversed it" not in own


def test_no_account_is_an_invitation_to_whoever_may_open_one(user_of: Callable[..., User]) -> None:
    html = signed_in(user_of("Admin", "policy_admin")).get("/ledger/").content.decode()
    assert "No account is open yet" in html
    assert "Open an account" in html


def test_support_may_not_open_the_ledger(user_of: Callable[..., User], books: Books) -> None:
    support = signed_in(user_of("Support", "support"))
    for address in ("/ledger/", "/ledger/accounts/clr/", "/ledger/transactions/", transaction_of(books, "T1")):
        assert support.get(address).status_code == 404


def test_another_tenants_rows_answer_like_random_ids(client: Client, books: Books, rival: Tenant) -> None:
    theirs = Books(rival.id).play(ROWS)
    foreign, random = client.get(transaction_of(theirs, "T1")), client.get(f"/ledger/transactions/{uuid4()}/")
    assert (foreign.status_code, foreign.content) == (random.status_code, random.content)
    assert foreign.status_code == 404
    assert client.get("/ledger/accounts/unknown/").status_code == 404
    for place in (f"after={theirs.ids['T1']}", f"after={uuid4()}", "after=nonsense"):
        assert client.get(f"/ledger/transactions/?{place}").status_code == 404
        assert client.get(f"/ledger/accounts/clr/?{place}").status_code == 404
    assert theirs.ids["T1"] not in client.get("/ledger/transactions/", {"q": "R1"}).content.decode()
