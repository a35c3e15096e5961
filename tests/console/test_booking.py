"""The page of a case that the bank alone shows: where its account is set, what is offered, asked for and approved, until a
check closes it."""

from typing import Any

import pytest
from django.test import Client

from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.bank.models import BookingAccount
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.test_case import asked
from tests.console.test_home import words
from tests.console.working import DAY, TODAY, analyst, books, page, signed_in, today  # noqa: F401
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/exceptions/2/"
GIVEN = {"bank_account": "clr", "use_case": "bank_fee", "counter": "fee"}


@pytest.fixture
def admin(user_of: Any) -> Client:
    return signed_in(user_of("Admin", "policy_admin"))


def put(admin: Client, **changed: str) -> str:
    answer = admin.post("/settings/banks/booking/", GIVEN | changed, follow=True)
    assert answer.status_code == 200, answer.content.decode()[-1500:]
    return words(answer.content.decode())


def test_the_account_is_set_on_the_page_of_the_banks(books: World, admin: Client, counted: Counted) -> None:
    said = put(admin)
    assert "From now on bank fee of clr is booked on fee fee." in said
    assert "Accounts for bookings where a case books what the bank alone shows" in said
    with counted(at_most=12):
        html = admin.get("/settings/banks/").content.decode()
    assert html.count('id="set-h"') == html.count('id="booking-set-h"') == 1
    with tenant(books.tenant_id):
        assert BookingAccount.objects.get().counter.code == "fee"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"counter": "cash"}, "not one of the available choices"), ({"use_case": "rent"}, "not one of the available"),
        ({"counter": "pfee"}, "Account pfee is in USD, clr in ETB."), ({"bank_account": ""}, "This field is required"),
    ],
)  # fmt: skip
def test_what_does_not_fit_comes_back_with_the_reason(
    books: World, admin: Client, changed: dict[str, str], says: str
) -> None:
    answer = admin.post("/settings/banks/booking/", GIVEN | changed)
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_who_only_reads_the_settings_gets_no_form(books: World, admin: Client, user_of: Any) -> None:
    put(admin)
    html = page(user_of("Audrey Auditor", "auditor"), "/settings/banks/")
    assert "Accounts for bookings" in html
    assert "/settings/banks/booking/" not in html


def test_without_an_account_the_case_says_where_to_set_it(books: World, analyst: User) -> None:
    html = page(analyst, PAGE)
    said = words(html)
    assert "The bank's fee of 157.00 ETB has no account yet" in said
    assert "in Settings, Bank accounts." in said
    assert 'action="/corrections/"' not in html


def test_a_fee_is_booked_from_its_case_by_two_people(books: World, admin: Client, analyst: User, user_of: Any) -> None:
    put(admin)
    client = signed_in(analyst)
    html = client.get(PAGE).content.decode()
    said = words(html)
    assert "Book the bank's fee of 157.00 ETB on fee fee, effective Tue 10 Mar 2026." in said
    assert "Named differences 3 2" in said
    assert "A correction needs 1 controller other than its maker." in said
    assert '<option value="BANK_FEE" selected>' in html
    assert "BANK_INTEREST" not in html
    given = {**asked(html), "reason": "On the statement, coded as a charge.", "reason_code": "BANK_FEE"}
    assert given["kind"] == "book"
    assert client.post("/corrections/", given).headers["Location"] == PAGE
    assert "waits for a decision: Book the bank's fee of 157.00 ETB of C-2." in words(client.get(PAGE).content.decode())
    with tenant(books.tenant_id):
        assert not LedgerTransaction.objects.filter(use_case="bank_fee").exists()

    checker = signed_in(user_of("Conrad Controller", "controller"))
    shown = checker.get("/approvals/1/").content.decode()
    told = words(shown)
    for part in (
        "Book C-2",
        "fee",
        "157.00",
        "reference LINE",
        "The line is not booked yet, and nothing else was corrected in C-2 since its check",
        "C-2 is open",
    ):
        assert part in told, part


def test_the_effect_of_a_booking_is_worked_out_by_itself(books: World, admin: Client, analyst: User) -> None:
    put(admin)
    html = page(analyst, "/corrections/preview/?case=2&kind=book")
    assert "Book the bank&#x27;s fee" in html
    assert "Named differences" in html


def test_an_unknown_kind_is_refused(books: World, analyst: User) -> None:
    answer = signed_in(analyst).post("/corrections/", {"case": "2", "kind": "invent", "key": "k1"})
    assert answer.status_code == 400
