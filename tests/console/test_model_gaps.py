"""Model gaps on their page: the residual of each code, what people say of it, and the way there from a case."""

from typing import Any

import pytest
from django.test import Client

from ledger.tenancy import tenant
from reconciliation.bank.gap_models import ModelGapNote
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.test_home import words
from tests.console.working import DAY, FRAME, TODAY, analyst, books, page, signed_in, today  # noqa: F401
from tests.stories.notation import Line
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
LIST, ACT = "/bank/model-gaps/", "/bank/model-gaps/document/"


@pytest.fixture
def gapped(books: World) -> World:
    for name, amount in (("A1", -2500), ("A2", 4000)):
        books.line(Line(name, "cash", "2026-03-10", amount, "", "ADJUSTMENT"))
    books.cover("cash", DAY)
    books.reconcile("cash", DAY, TODAY)
    return books


def given(gapped: World, **changed: str) -> dict[str, str]:
    account = gapped.banks["cash"].id
    return {
        "gap": f"{account}:ADJUSTMENT",
        "owner": "Treasury <b>",
        "note": "Rounding at night.",
        "key": "k1",
    } | changed


def test_the_page_says_what_is_left_open_of_each_code(gapped: World, analyst: User, counted: Counted) -> None:
    client = signed_in(analyst)
    client.get(LIST)
    with counted(at_most=FRAME + 1):
        html = client.get(LIST).content.decode()
    said = words(html)
    assert "1 model gap" in said and "1 not documented." in said
    for part in ("Adjustment", "cash", "ADJUSTMENT", "−15.00", "65.00", "ETB"):
        assert part in said, part
    cases = client.get("/exceptions/?account=cash&class=unmodelled_bank_item").content.decode()
    assert 'href="/exceptions/?account=cash&amp;class=unmodelled_bank_item"' in html and "−40.00" in words(cases)


def test_it_is_documented_once_and_escaped(gapped: World, analyst: User) -> None:
    client = signed_in(analyst)
    for _ in range(2):
        answer = client.post(ACT, given(gapped), follow=True)
        assert answer.status_code == 200
    html = answer.content.decode()
    assert "Code ADJUSTMENT of cash is documented." in words(html)
    assert "Rounding at night." in html and "Treasury &lt;b&gt; looks after it; Anna Analyst" in html
    with tenant(gapped.tenant_id):
        assert ModelGapNote.objects.get().bank_code == "ADJUSTMENT"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"gap": "1:FEE"}, "not one of the available choices"), ({"owner": ""}, "This field is required"),
        ({"key": ""}, "The form carries no key"), ({"note": "x" * 2001}, "at most 2000 characters"),
    ],
)  # fmt: skip
def test_what_does_not_fit_comes_back(gapped: World, analyst: User, changed: dict[str, str], says: str) -> None:
    answer = signed_in(analyst).post(ACT, given(gapped, **changed))
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_who_reads_gets_no_form_and_no_gap_says_so(gapped: World, user_of: Any) -> None:
    assert ACT not in page(user_of("Audrey Auditor", "auditor"), LIST)


def test_no_gap_says_so(books: World, analyst: User) -> None:
    html = page(analyst, LIST)
    assert "No model gap" in html and ACT not in html
    assert f'href="{LIST}"' in page(analyst, "/bank/")


def test_a_case_of_the_code_leads_there_until_it_is_mapped(gapped: World, analyst: User, user_of: Any) -> None:
    client = signed_in(analyst)
    number = _case(gapped)
    html = client.get(f"/exceptions/{number}/").content.decode()
    assert "No use case books code ADJUSTMENT of cash: model gap, not documented." in words(html)
    assert f'href="{LIST}"' in html
    admin: Client = signed_in(user_of("Ada Admin", "policy_admin"))
    mapped = {"bank_account": "cash", "use_case": "bank_adjustment", "counter": "rnd", "bank_code": "ADJUSTMENT"}
    assert admin.post("/settings/banks/booking/", mapped).status_code == 302
    assert "ADJUSTMENT" in admin.get("/settings/banks/").content.decode()
    said = words(client.get(f"/exceptions/{number}/").content.decode())
    assert "Book the adjustment that the bank charged of 25.00 ETB on rnd rnd" in said
    assert "No model gap" in page(analyst, LIST)


def _case(gapped: World) -> int:
    with tenant(gapped.tenant_id):
        return ExceptionCase.objects.get(bank_account=gapped.banks["cash"], contribution_minor=2500).number
