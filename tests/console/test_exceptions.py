"""The queue of exceptions: views, filters, pages, counts, and acts on many."""

import re
from typing import Any

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import CaseEvent, CaseSelection, ExceptionCase
from reconciliation.people.models import User
from tests.console.test_home import words
from tests.console.working import (  # noqa: F401
    FRAME,
    analyst,
    books,
    fees,
    outsider,
    page,
    running_day,
    signed_in,
    supporter,
    today,
)
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
Q = "/exceptions/"


def cases(world: World) -> dict[int, ExceptionCase]:
    with tenant(world.tenant_id):
        return {case.number: case for case in ExceptionCase.objects.all()}


def refs(html: str) -> list[str]:
    return re.findall(r'<tr data-row="(C-\d+)"', html)


def rest(html: str, label: str) -> str:
    """The address behind a link of the pager."""
    found = re.search(rf'href="([^"]+)"[^>]*>{label}</a>', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_it_lists_what_is_due_next_first_with_exact_nets(books: World, analyst: User) -> None:
    html = page(analyst, Q)
    assert refs(html) == ["C-1", "C-3", "C-2"]
    said = words(html)
    assert "3 cases match: net bank −482.00 ETB. None is overdue, the next falls due in 23 h." in said
    assert "All open 3" in said
    assert "Drift of 10 Mar 3" in said
    assert "Unassigned 3" in said
    assert "1 to 3 of 3" in said


def test_views_and_filters_narrow_the_list_and_can_be_taken_back(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(state="assigned", owner_id=analyst.person_id)
    assert refs(page(analyst, f"{Q}?view=mine")) == ["C-1"]
    assert refs(page(analyst, f"{Q}?view=unassigned")) == ["C-3", "C-2"]
    assert refs(page(analyst, f"{Q}?class=unmodelled_bank_item")) == ["C-2"]
    assert refs(page(analyst, f"{Q}?amount=abc")) == ["C-1", "C-3", "C-2"]  # not one of our numbers: left out
    assert refs(page(analyst, f"{Q}?amount=2,150")) == ["C-1", "C-3"]
    assert refs(page(analyst, f"{Q}?amount=2150")) == ["C-1", "C-3"]
    assert refs(page(analyst, f"{Q}?amount=2150.01")) == ["C-1"]
    assert refs(page(analyst, f"{Q}?owner={analyst.person_id}")) == ["C-1"]
    assert refs(page(analyst, f"{Q}?owner=none&sort=-due")) == ["C-2", "C-3"]
    assert refs(page(analyst, f"{Q}?account=cash")) == []
    assert refs(page(analyst, f"{Q}?day=2026-03-10&age=0")) == ["C-1", "C-3", "C-2"]
    assert refs(page(analyst, f"{Q}?age=1")) == []
    html = page(analyst, f"{Q}?view=unassigned&class=unmodelled_bank_item")
    assert 'href="/exceptions/?view=unassigned" aria-label="Remove filter Class"' in html
    assert 'href="/exceptions/2/?view=unassigned&amp;class=unmodelled_bank_item"' in html


def test_a_day_that_runs_is_not_the_last_day(books: World, analyst: User) -> None:
    running_day(books)
    html = page(analyst, f"{Q}?view=drift")
    assert refs(html) == ["C-1", "C-3", "C-2"]
    assert "Drift of 10 Mar 3" in words(html)
    assert "All open 4" in words(html)


def test_overdue_is_one_figure_and_no_case_put_off_is(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number__lte=2).update(due_at="2026-03-09T07:00Z", owner_id=analyst.person_id)
        ExceptionCase.objects.filter(number=2).update(state="snoozed", snoozed_until="2026-03-20T00:00Z")
        ExceptionCase.objects.filter(number=3).update(due_at="2026-03-12T20:00Z", owner_id=analyst.person_id)
    html = page(analyst, Q)
    assert "1 is overdue, the next falls due in 1" in words(html)
    assert "Overdue 1" in words(html)
    assert "Due this week 1" in words(html)
    assert html.count("overdue 3 d") == 1
    assert refs(page(analyst, f"{Q}?view=overdue")) == ["C-1"]
    assert refs(page(analyst, f"{Q}?view=week")) == ["C-3"]
    said = words(page(analyst, f"{Q}?view=snoozed"))
    assert "None is overdue." in said
    assert "overdue 3 d" not in said
    assert "overdue" not in words(page(analyst, "/exceptions/2/"))
    assert "2 cases assigned to you 1 overdue, 1 due today" in words(page(analyst, "/"))


def test_the_next_one_is_due_first_of_what_the_reader_may_take_up(
    books: World, analyst: User, supporter: User, user_of: Any
) -> None:
    other = user_of("Otto Other", "analyst")

    def offered() -> str:
        return rest(page(analyst, f"{Q}?sort=-due"), r"Open the next one <kbd[^>]*>n</kbd>")

    assert offered() == "/exceptions/1/?sort=-due"
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(state="snoozed", snoozed_until="2026-03-20T00:00Z")
    assert offered() == "/exceptions/3/?sort=-due"
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=3).update(state="assigned", owner_id=other.person_id)
    assert offered() == "/exceptions/2/?sort=-due"
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=2).update(state="waiting_approval", owner_id=analyst.person_id)
    assert offered() == ""
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=3).update(owner_id=analyst.person_id)
    assert offered() == "/exceptions/3/?sort=-due"


def test_snoozed_cases_leave_the_working_views(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(state="snoozed", snoozed_until="2026-03-20T00:00Z")
    assert refs(page(analyst, f"{Q}?view=week")) == ["C-3", "C-2"]
    html = page(analyst, f"{Q}?view=snoozed")
    assert refs(html) == ["C-1"]
    assert "Until 20 Mar" in html


def test_rows_come_with_their_counts_out_of_band(books: World, analyst: User) -> None:
    for html in (
        page(analyst, "/exceptions/rows/?view=drift"),
        page(analyst, f"{Q}?view=drift", **{"HX-Request": "true", "HX-Target": "rows"}),
    ):
        assert "<html" not in html
        assert '<div id="counts" hx-swap-oob="true">' in html
        assert len(refs(html)) == 3


def test_pages_follow_by_position_in_both_directions(books: World, analyst: User) -> None:
    fees(books, 70)
    first = page(analyst, f"{Q}?sort=due&class=unmodelled_bank_item")
    second = page(analyst, rest(first, "Next 50"))
    assert (len(refs(first)), len(refs(second))) == (50, 21)
    assert not set(refs(first)) & set(refs(second))
    assert "51 to 71 of 71" in words(second)
    assert refs(page(analyst, rest(second, "Previous"))) == refs(first)
    backwards = page(analyst, f"{Q}?sort=-due&class=unmodelled_bank_item")
    assert refs(backwards)[:21] == refs(second)[::-1]


def test_each_number_of_the_depth_is_a_filter(books: World, analyst: User) -> None:
    html = page(analyst, Q)
    assert 'href="/exceptions/?class=missing_counterpart&amp;age=0">2</a>' in html
    assert "all 3 open cases" in words(html)
    assert "missing counterpart" in page(analyst, "/exceptions/depth/")


def test_an_empty_view_says_why_and_what_next(books: World, analyst: User, user_of: Any, acme: Tenant) -> None:
    assert "No case is assigned to you" in page(analyst, f"{Q}?view=mine")
    assert "Open the unassigned" in page(analyst, f"{Q}?view=mine")
    assert "Remove the filters" in page(analyst, f"{Q}?account=cash")
    with tenant(books.tenant_id):
        ExceptionCase.objects.update(state="resolved", resolved_at="2026-03-12T06:00Z", resolution="difference_gone")
    assert "Nothing is open" in page(analyst, Q)


def test_a_peek_shows_the_case_beside_the_list(books: World, analyst: User) -> None:
    said = words(page(analyst, "/exceptions/1/peek/"))
    assert "Confirmation failed" in said
    assert "−2,475.00 ETB" in said
    page(analyst, "/exceptions/99/peek/", 404)


def test_a_bulk_act_is_frozen_previewed_and_done_once(books: World, analyst: User) -> None:
    client, held = signed_in(analyst), cases(books)
    ticked = {"do": "assign", "key": "b1", "case": [held[1].id, held[2].id]}
    html = client.post("/exceptions/bulk/", ticked).content.decode()
    assert "Assign 2 cases" in html
    assert "2 cases selected and frozen. Net −2,632.00 ETB." in words(html)
    assert not [c for c in cases(books).values() if c.owner_id]
    with tenant(books.tenant_id):
        selection = CaseSelection.objects.get()
    act = {"selection": selection.public_id, "do": "assign", "key": "b2", "to": analyst.person_id}
    done = client.post("/exceptions/bulk/", act).content.decode()
    assert "2 cases assigned" in words(done)
    assert {n for n, c in cases(books).items() if c.owner_id == analyst.person_id} == {1, 2}
    again = client.post("/exceptions/bulk/", act).content.decode()
    assert "This selection was acted on before; nothing was done now." in again
    with tenant(books.tenant_id):
        assert CaseEvent.objects.filter(kind="assigned").count() == 2


def test_all_that_match_means_exactly_those(books: World, analyst: User) -> None:
    client = signed_in(analyst)
    chosen = words(page(analyst, "/exceptions/bulk/choose/?class=missing_counterpart"))
    assert "2 cases selected All that match the view and its filters, net bank −325.00 ETB." in chosen
    reply = client.post("/exceptions/bulk/?class=missing_counterpart", {"all": "1", "do": "note", "key": "b3"})
    assert "Note on 2 cases" in reply.content.decode()
    with tenant(books.tenant_id):
        assert sorted(CaseSelection.objects.get().case_ids) == sorted(cases(books)[n].id for n in (1, 3))


def test_a_selection_with_an_unknown_case_is_refused_whole(books: World, rival: Tenant, analyst: User) -> None:
    theirs = World(rival.id)
    fees(theirs, 1)
    foreign = cases(theirs)[1].id
    for stranger in (foreign, 987654):
        given = {"do": "assign", "key": "b4", "case": [cases(books)[1].id, stranger]}
        assert signed_in(analyst).post("/exceptions/bulk/", given).status_code == 404
    with tenant(books.tenant_id):
        assert not CaseSelection.objects.exists()


def test_proposing_from_the_list_opens_the_one_case(books: World, analyst: User) -> None:
    client, held = signed_in(analyst), cases(books)
    reply = client.post("/exceptions/bulk/?view=drift", {"do": "propose", "key": "b5", "case": [held[1].id]})
    assert reply.headers["Location"] == "/exceptions/1/?view=drift#prop"
    both = {"do": "propose", "key": "b6", "case": [held[1].id, held[2].id]}
    refused = client.post("/exceptions/bulk/?view=drift", both)
    assert refused.status_code == 400
    assert "A correction is proposed for one case at a time" in refused.content.decode()
    assert 'href="/exceptions/?view=drift" data-return>Back to the list</a>' in refused.content.decode()


def test_support_reads_the_list_and_acts_on_nothing(books: World, supporter: User) -> None:
    html = page(supporter, Q)
    assert refs(html) == ["C-1", "C-3", "C-2"]
    assert "data-bulk" not in html
    page(supporter, "/exceptions/bulk/choose/", 404)
    given = {"do": "assign", "key": "b7", "case": [cases(books)[1].id]}
    assert signed_in(supporter).post("/exceptions/bulk/", given).status_code == 403


def test_another_tenant_sees_none_of_it(books: World, outsider: User) -> None:
    html = page(outsider, f"{Q}?account=clr")
    assert refs(html) == []
    assert "C-1" not in html
    page(outsider, "/exceptions/1/peek/", 404)


def test_its_queries_do_not_grow_with_the_list(books: World, analyst: User, django_assert_max_num_queries: Any) -> None:
    client = signed_in(analyst)
    for _ in range(2):
        with django_assert_max_num_queries(FRAME + 4):
            client.get(Q)
        fees(books, 45)


def test_a_payment_is_found_and_stays_found_over_the_tabs(books: World, supporter: User) -> None:
    html = page(supporter, f"{Q}?q=pay_3")
    assert refs(html) == ["C-1"]
    assert 'id="q" name="q" value="pay_3"' in html
    assert 'href="/exceptions/?view=drift&amp;q=pay_3"' in html
    assert "All open 1" in words(html)
    assert "Unassigned 1" in words(html)
    assert refs(page(supporter, f"{Q}?q=pay_&class=missing_counterpart")) == ["C-1", "C-3"]
    assert refs(page(supporter, f"{Q}?q=D2")) == ["C-3"]
    assert refs(page(supporter, f"{Q}?q=C-2")) == ["C-2"]
    assert 'href="/exceptions/" aria-label="Remove filter Found by"' in html


def test_a_search_that_finds_nothing_says_what_was_looked_for(books: World, supporter: User) -> None:
    html = page(supporter, f"{Q}?q=%3Cpay_9%3E")
    assert "No case carries &lt;pay_9&gt;" in html
    assert "resolved ones too" in html
    said = words(page(supporter, f"{Q}?view=overdue&q=pay_3"))
    assert "No case of this list carries pay_3 Found outside of it: C-1, open." in said
    with tenant(books.tenant_id):
        ExceptionCase.objects.filter(number=1).update(
            state="resolved", resolved_at="2026-03-12T06:00Z", resolution="difference_gone"
        )
    html = page(supporter, f"{Q}?q=pay_3")
    assert "C-1, resolved 12 Mar" in html
    assert 'href="/exceptions/1/">Open C-1</a>' in html


def test_whoever_only_looks_is_not_told_to_take_a_case(books: World, analyst: User, supporter: User) -> None:
    assert "Open the next one" in page(analyst, Q)
    assert "Open the next one" not in page(supporter, Q)
