"""Ending a case at the screen: by its code, as other by two people, and what is seen of it afterwards."""

import re
from datetime import timedelta
from html import unescape

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.resolutions import CODES, ENDS
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import (  # noqa: F401
    DAY,
    TODAY,
    analyst,
    books,
    fees,
    page,
    signed_in,
    supporter,
    today,
)
from tests.people import PASSWORD, UserMaker
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def number(acme: Tenant, exception_class: str) -> int:
    with tenant(acme.id):
        return ExceptionCase.objects.get(exception_class=exception_class, cause__in=[1, 6]).number


def send(user: User, case: int, **changed: str) -> int:
    given = {"code": "answered_elsewhere", "note": "letter FIN-7", "key": "k1"} | changed
    return signed_in(user).post(f"/exceptions/{case}/resolve/", given).status_code


@pytest.fixture
def controller(user_of: UserMaker) -> User:
    return user_of("Conrad Controller", "controller")


def test_the_menu_offers_what_the_class_permits_and_the_page_says_what_it_asks_for(
    books: World, acme: Tenant, analyst: User, supporter: User
) -> None:
    case = number(acme, "missing_counterpart")
    html = page(analyst, f"/exceptions/{case}/")
    offered = set(re.findall(r'<option value="(\w+)">[^<]+:', html))
    assert offered == {"answered_elsewhere", "other"}
    assert "the day stays as its check states it" in words(html).lower()
    assert 'data-key="r"' in html
    assert "What the class asks for: missing counterpart" in words(html)
    assert "finance and engineering leads after 24 h" in words(html)
    read = page(supporter, f"/exceptions/{case}/")
    assert "/resolve/" not in read
    assert send(supporter, case) == 403


def test_it_is_ended_and_says_by_whom_and_why(books: World, acme: Tenant, analyst: User) -> None:
    case = number(acme, "missing_counterpart")
    assert send(analyst, case) == 302
    said = words(page(analyst, f"/exceptions/{case}/"))
    assert "How it ended" in said
    assert "Answered elsewhere." in said
    assert "what differs stays in the figures" in said
    assert "Said by Anna Analyst" in said
    assert "“letter FIN-7”" in said
    home = words(page(analyst, "/"))
    assert "2 accounts" not in home
    assert "2,150.00" in words(page(analyst, f"/drift/clr/{DAY}/"))
    assert send(analyst, case, key="k2") == 409


def test_the_figures_of_home_and_day_do_not_change_by_it(books: World, acme: Tenant, analyst: User) -> None:
    def figures(address: str) -> list[str]:
        shown = words(page(analyst, address))
        return re.findall(r"[−+]?\d[\d,]*\.\d\d", shown)

    before = figures(f"/drift/clr/{DAY}/")
    home = figures("/")
    assert send(analyst, number(acme, "missing_counterpart")) == 302
    books.reconcile("clr", DAY, TODAY + timedelta(minutes=1))
    assert figures(f"/drift/clr/{DAY}/") == before
    assert figures("/") == home


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"code": "other", "note": ""}, 400), ({"code": "difference_gone"}, 400), ({"note": " "}, 400), ({"key": ""}, 400),
     ({"seen": "snoozed"}, 409)],
)  # fmt: skip
def test_it_refuses_what_is_not_permitted(
    books: World, acme: Tenant, analyst: User, changed: dict[str, str], status: int
) -> None:
    case = number(acme, "missing_counterpart")
    assert send(analyst, case, **changed) == status
    with tenant(acme.id):
        assert ExceptionCase.objects.get(number=case).state == "open"


def test_as_other_it_waits_and_a_second_person_agrees(
    books: World, acme: Tenant, analyst: User, controller: User
) -> None:
    case = number(acme, "missing_counterpart")
    assert send(analyst, case, code="other", note="twin of an old ledger") == 302
    assert "Waiting approval" in words(page(analyst, f"/exceptions/{case}/"))
    with tenant(acme.id):
        asked = ApprovalRequest.objects.get()
    shown = page(controller, f"/approvals/{asked.number}/")
    assert f"End as other C-{case}" in words(shown)
    assert "the same; nothing is matched by it" in words(shown)
    assert "Approve ending the case" in words(shown)
    assert "its class, difference and rows are unchanged" in words(shown)
    client = signed_in(controller)
    sent = {"decision": "approve", "reason": "", "digest": bytes(asked.payload_sha256).hex(), "password": PASSWORD}
    assert client.post(f"/approvals/{asked.number}/decision/", sent).status_code == 302
    said = words(page(analyst, f"/exceptions/{case}/"))
    assert "Said by Conrad Controller" in said
    assert f"Decision CR-{asked.number}" in said
    assert "“twin of an old ledger”" in said
    assert words(page(controller, f"/approvals/{asked.number}/"))


def test_resolved_cases_are_listed_newest_first_and_by_how_they_ended(
    books: World, acme: Tenant, analyst: User
) -> None:
    first, then = number(acme, "missing_counterpart"), number(acme, "unmodelled_bank_item")
    assert send(analyst, first) == 302
    assert send(analyst, then, code="agreed_with_bank", key="k2") == 302
    with tenant(acme.id):
        ExceptionCase.objects.filter(number=first).update(resolved_at=TODAY - timedelta(hours=1))
    html = page(analyst, "/exceptions/?state=resolved")
    assert re.findall(r'data-row="C-(\d+)"', html) == [str(then), str(first)]
    assert "2 ended cases, the newest first" in words(html)
    assert words(html).count("By hand") == 2
    assert "data-bulk" not in html
    assert re.findall(r'data-row="C-(\d+)"', page(analyst, "/exceptions/?state=resolved&sort=-due")) == [
        str(first),
        str(then),
    ]
    only = page(analyst, "/exceptions/?code=agreed_with_bank")
    assert re.findall(r'data-row="C-(\d+)"', only) == [str(then)]
    html = page(analyst, f"/exceptions/{then}/?state=resolved")
    assert f"/exceptions/{first}/" in html
    assert f'data-row="C-{then}"' not in page(analyst, "/exceptions/")


def test_resolved_cases_are_paged_by_their_place(books: World, acme: Tenant, analyst: User, counted: Counted) -> None:
    fees(books, 120)
    with tenant(acme.id):
        ids = list(
            ExceptionCase.objects.filter(exception_class="unmodelled_bank_item")
            .order_by("id")
            .values_list("id", flat=True)
        )
        for n, case_id in enumerate(ids):
            ExceptionCase.objects.filter(id=case_id).update(
                state="resolved", resolution="agreed_with_bank", resolved_at=TODAY - timedelta(minutes=n)
            )
    seen: list[str] = []
    address = "/exceptions/?state=resolved"
    while address:
        html = page(analyst, address)
        seen += re.findall(r'data-row="C-(\d+)"', html)
        found = re.search(r'href="(/exceptions/\?[^"]*after=[^"]*)"', html)
        address = unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == len(ids)
    assert seen == sorted(seen, key=int)


def test_the_classes_are_a_page_with_what_ended_how(books: World, acme: Tenant, supporter: User, analyst: User) -> None:
    send(analyst, number(acme, "missing_counterpart"))
    said = words(page(supporter, "/exceptions/classes/"))
    assert "In 30 days 1 case ended, 0 of them as other, 0 %." in said
    for name, codes in ENDS.items():
        assert name.replace("_", " ") in said
        assert all(CODES[code].words in said for code in codes)


def test_an_auto_ended_case_says_its_rule(acme: Tenant, analyst: User) -> None:
    from tests.reconciliation.planes.shop import Shop
    from tests.reconciliation.planes.test_auto_resolution import short_by, terms

    shop = Shop(acme.id)
    terms(shop, 2_000)
    ended = short_by(shop, 1_500)
    said = words(page(analyst, f"/exceptions/{ended.number}/"))
    assert "Auto, underpaid within threshold." in said
    assert "commerce-provider v1, short by 0.00001500 BTC, threshold 0.00002000 BTC" in said
