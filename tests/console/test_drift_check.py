"""The page of a drift check: one day explained to the last unit, and made again."""

import re
from datetime import date
from typing import Any

import pytest

from ledger.tenancy import tenant
from reconciliation.drift.models import DriftCheck
from reconciliation.people.models import User
from tests.console.test_home import words
from tests.console.working import (  # noqa: F401
    DAY,
    FRAME,
    TODAY,
    analyst,
    books,
    fees,
    out,
    outsider,
    page,
    signed_in,
    supporter,
    today,
)
from tests.stories.notation import Line, Tx
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/drift/clr/2026-03-10/"


def checks(world: World) -> int:
    with tenant(world.tenant_id):
        return int(DriftCheck.objects.filter(bank_account__code="clr", day=DAY).count())


def test_it_explains_the_drift_by_its_named_differences(books: World, analyst: User) -> None:
    said = words(page(analyst, HERE))
    assert "clr, Tue 10 Mar: drifted by −482.00 ETB" in said
    assert "Ledger total 2,650.00 ETB" in said
    assert "Statement total 3,132.00 ETB" in said
    assert "Sum of the contributions −482.00 ETB equals the drift" in said
    assert "Fee or interest not modelled unmodelled bank item −157.00 ETB" in said


def test_entries_and_lines_stand_side_by_side_by_their_reference(books: World, analyst: User) -> None:
    rows = re.findall(r"(?s)<tr data-row=.*?</tr>", page(analyst, HERE))
    said = [words(row) for row in rows]
    assert len(rows) == 4
    assert "D3" in said[0]
    assert "PENDING, not counted here" in said[0]
    assert "no POSTED entry" in said[0]
    assert any("D2" in row and "no line" in row and "pay_2" in row for row in said)
    assert any("D1" in row and "equal" in row and "+500.00" in row for row in said)


def test_metadata_of_a_posting_is_shown(books: World, analyst: User) -> None:
    from reconciliation.bank.settlement_day import settlement_day
    from reconciliation.postings.post_transactions import post_transactions
    from reconciliation.postings.requests import PostingRequest, RequestedEntry
    from tests.people import INTEGRATION

    with tenant(books.tenant_id):
        request = PostingRequest(
            key="with metadata", use_case="loan", effective_on=DAY, partner_reference="D8",
            metadata={"loan_id": "loan-77"},
            entries=[RequestedEntry("emp", "DEBIT", 10), RequestedEntry("clr", "CREDIT", 10)],
        )  # fmt: skip
        post_transactions([request], actor=INTEGRATION, at=books.tick(), day_of=settlement_day)
    books.reconcile("clr", DAY, TODAY)
    assert "loan_id loan-77" in words(page(analyst, HERE))


def test_differences_alone(books: World, analyst: User) -> None:
    html = page(analyst, f"{HERE}?rows=differences", **{"HX-Request": "true", "HX-Target": "rows"})
    assert "<html" not in html
    assert len(re.findall("<tr data-row=", html)) == 3


def test_an_entry_that_counts_on_another_day_says_so(books: World, analyst: User) -> None:
    books.post(out("T9", 400, "NEXTDAY"))
    books.line(Line("L9", "clr", "2026-03-11", -400, "NEXTDAY"))
    books.cover("clr", date(2026, 3, 11))
    books.reconcile("clr", DAY, TODAY)
    row = next(words(r) for r in re.findall(r"(?s)<tr data-row=.*?</tr>", page(analyst, HERE)) if "NEXTDAY" in r)
    assert "counts on 11 Mar" in row
    assert "counts elsewhere" in row


def test_a_large_day_is_paged_differences_first(books: World, analyst: User) -> None:
    fees(books, 60)
    for n in range(60):
        books.post(Tx(f"M{n}", "2026-03-09", "POSTED", "ewa", [("emp", "DEBIT", 5), ("clr", "CREDIT", 5)], f"REF{n}"))
        books.line(Line(f"M{n}", "clr", "2026-03-09", -5, f"REF{n}"))
    books.cover("clr", DAY)
    books.reconcile("clr", date(2026, 3, 9), TODAY)
    seen: list[str] = []
    address = "/drift/clr/2026-03-09/"
    while address:
        html = page(analyst, address)
        seen += re.findall(r"(?s)<tr data-row=.*?</tr>", html)
        follow = re.search(r'href="([^"]+)"[^>]*>Next 50', html)
        address = follow[1].replace("&amp;", "&") if follow else ""
    assert len(seen) == 120
    assert all("−1" in words(row) for row in seen[:60])
    assert all("equal" in row for row in seen[60:])
    assert 'href="/drift/clr/2026-03-09/?rows=all&amp;after=0.0' not in html
    back = re.search(r'href="([^"]+)"[^>]*>Previous</a>', html)
    assert back and "REF" in page(analyst, back[1].replace("&amp;", "&"))


def test_an_earlier_check_is_kept_as_it_was_shown(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):
        first = DriftCheck.objects.get(bank_account__code="clr", day=DAY)
    books.line(Line("L7", "clr", "2026-03-10", -17, "", "FEE"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    assert "drifted by −482.17 ETB" in page(analyst, HERE)
    earlier = words(page(analyst, f"{HERE}?check={first.public_id}"))
    assert "drifted by −482.00 ETB" in earlier
    assert "A later check stands in its place." in earlier
    page(analyst, f"{HERE}?check=00000000-0000-0000-0000-000000000000", 404)


def test_a_day_without_a_statement_is_unknown_and_says_why(books: World, analyst: User) -> None:
    books.reconcile("usd", DAY, TODAY)
    said = words(page(analyst, "/drift/usd/2026-03-10/"))
    assert "usd, Tue 10 Mar: unknown" in said
    assert "No statement covers 10 Mar. Until a statement settles it, its drift is unknown, not zero." in said
    assert "Statement total unknown" in said


def test_the_day_is_checked_again_once_for_one_form(books: World, analyst: User) -> None:
    client = signed_in(analyst)
    for _ in range(2):
        reply = client.post("/drift/checks/", {"key": "again1", "account": "clr", "day": "2026-03-10"})
        assert reply.headers["Location"] == HERE
    assert checks(books) == 2
    assert client.post("/drift/checks/", {"key": "again2", "account": "clr", "day": "soon"}).status_code == 400
    assert client.post("/drift/checks/", {"key": "again3", "account": "nix", "day": "2026-03-10"}).status_code == 404


def test_support_reads_it_and_does_not_check_again(books: World, supporter: User) -> None:
    assert "Reconcile this day" not in page(supporter, HERE)
    reply = signed_in(supporter).post("/drift/checks/", {"key": "s1", "account": "clr", "day": "2026-03-10"})
    assert reply.status_code == 403
    assert checks(books) == 1


def test_another_tenants_check_is_like_one_that_does_not_exist(books: World, outsider: User, analyst: User) -> None:
    page(outsider, HERE, 404)
    page(analyst, "/drift/nix/2026-03-10/", 404)
    page(analyst, "/drift/clr/2031-03-10/", 404)
    page(analyst, "/drift/clr/2026-02-30/", 404)


def test_its_queries_do_not_grow_with_the_day(books: World, analyst: User, django_assert_max_num_queries: Any) -> None:
    fees(books, 40)
    client = signed_in(analyst)
    client.get("/payments/")  # the mark of the release gate is worked out once for all pages
    for address in (HERE, "/drift/clr/2026-03-09/"):
        with django_assert_max_num_queries(FRAME + 12):
            client.get(address)


def test_references_stand_as_they_are_written_with_the_compared_form_in_the_title(books: World, analyst: User) -> None:
    books.post(out("T8", 900, "inv-77/a"))
    books.line(Line("L8", "clr", "2026-03-10", -800, "INV 77 A"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    html = page(analyst, HERE)
    assert html.count('<span class="id" title="compared as INV77A">inv-77/a</span>') == 2, (
        "among the causes and the rows"
    )
    assert ">INV77A<" not in html
