"""A draft between ledger and bank, tried: what matches, closes and drifts otherwise, and nothing left behind."""

from datetime import date, timedelta

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.backtest.make_dry_run import make_dry_run
from reconciliation.backtest.models import DryRun
from reconciliation.backtest.request_dry_run import request_dry_run
from reconciliation.matching.set_matcher import set_matcher
from tests.people import SET_UP
from tests.reconciliation.backtest.bench import Bench
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db(transaction=True)
# Two references that differ in a hyphen alone, one that is written alike, one whose amounts differ by 30.
ROWS = """
T1 10 ewa 5000 @AB_1 p1
L1 clr 10 -5000 @AB1
T2 10 ewa 700 @AB2 p2
L2 clr 10 -700 @AB2
T3 11 ewa 900 @AB3 p3
L3 clr 11 -930 @AB3
"""


@pytest.fixture
def books(acme: Tenant) -> Books:
    books = Books(acme.id).play(ROWS)
    for day in ("10", "11"):
        books.check_day("clr", day)
    return books


@pytest.fixture
def bench(acme: Tenant, books: Books) -> Bench:
    return Bench(acme.id)


def of(result: DryRun) -> dict[str, object]:
    assert result.refused == ""
    return result.result


def test_the_same_terms_change_nothing(bench: Bench, admin: Actor) -> None:
    result = of(bench.dry_run(bench.draft(admin), admin))
    assert result["matches"]["before"] == result["matches"]["after"] == 2
    assert result["matches"]["changed"] == []
    assert (result["cases"]["closes"], result["cases"]["opens"], result["cases"]["changes"]) == (0, 0, 0)
    assert result["days"] == []


def test_stricter_terms_lose_a_match_and_open_what_it_held(bench: Bench, books: Books, admin: Actor) -> None:
    before = bench.state()
    draft = bench.draft(admin, reference_form="exact")
    there = bench.state()
    result = of(bench.dry_run(draft, admin))
    assert bench.state() == there
    assert {t for t in there if there[t] != before[t]} == {"setting_draft"}
    assert result["matches"] | {"beyond_window": None} == {
        "before": 2, "after": 1, "beyond_window": None,
        "changed": [{"what": "lost", "rule": 2, "asset": "ETB", "count": 1, "minor": "5000"}],
    }  # fmt: skip
    cases = result["cases"]
    assert (cases["closes"], cases["opens"]) == (0, 2)
    assert sorted(c["contribution_after"] for c in cases["listed"]) == ["-5000", "5000"]
    assert {c["case"] for c in cases["listed"]} == {None}
    (day,) = result["days"]
    assert (day["account"], day["day"], day["verdict"]) == ("clr", "2026-03-10", ["CLEAN", "DRIFTED"])
    assert (day["drift"], day["open"]) == (["0", "0"], [0, 2])


def test_looser_terms_say_which_cases_they_close(acme: Tenant, bench: Bench, books: Books, admin: Actor) -> None:
    strict = bench.draft(admin, reference_form="exact")
    with tenant(acme.id):
        set_matcher(actor=SET_UP, at=books.clock, reference_form="exact")
    books.play("T4 12 ewa 800 @AB_4 p4\nL4 clr 12 -800 @AB4")
    books.check_day("clr", "12")
    open_now = {c.number: c for c in books.cases("clr", "12")}
    assert len(open_now) == 2
    loose = bench.draft(admin)
    result = of(bench.dry_run(loose, admin, date(2026, 3, 12), date(2026, 3, 13)))
    assert result["in_force"]["number"] == 2
    assert sorted(result["cases"]["closing"]) == sorted(open_now)
    assert [c["what"] for c in result["cases"]["listed"]] == ["closes", "closes"]
    assert result["cases"]["money"] == {"closes": {"ETB": "0"}}
    assert result["matches"]["changed"] == [{"what": "gained", "rule": 2, "asset": "ETB", "count": 1, "minor": "800"}]
    assert strict.state == "open"


def test_a_tolerance_says_what_lies_within_and_closes_nothing(bench: Bench, admin: Actor) -> None:
    result = of(bench.dry_run(bench.draft(admin, tolerance={"ETB": "50"}), admin))
    assert result["within_tolerance"] == {"ETB": [0, "0", 1, "30"]}
    assert result["cases"]["closes"] == 0


def test_a_dry_run_repeated_states_its_result_once(acme: Tenant, bench: Bench, admin: Actor) -> None:
    dry = bench.dry_run(bench.draft(admin, reference_form="exact"), admin)
    make_dry_run(acme.id, dry.number, at=bench.at)
    with tenant(acme.id):
        again = DryRun.objects.get(id=dry.id)
    assert (again.finished_at, again.result) == (dry.finished_at, dry.result)
    assert len(dry.result["digests"]) >= 3
    with tenant(acme.id):
        assert AuditEntry.objects.filter(action="dry_run.ended", subject="DR-1").count() == 1


def test_one_that_another_version_overtook_says_so(acme: Tenant, bench: Bench, admin: Actor) -> None:
    draft = bench.draft(admin, reference_form="exact")
    with tenant(acme.id):
        made = request_dry_run(number=draft.number, key="k1", actor=admin, at=bench.at)
        set_matcher(actor=SET_UP, at=bench.at + timedelta(seconds=1), value_date_days=1)
    make_dry_run(acme.id, made.number, at=bench.at + timedelta(minutes=1))
    with tenant(acme.id):
        ended = DryRun.objects.get()
    assert (ended.result, "came into force since" in ended.refused) == (None, True)
