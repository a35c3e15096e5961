"""Each cause with its signs, each near miss, and the agreement with the matching rules over random rows."""

from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.drift.diagnosis import diagnose
from reconciliation.drift.signs import SIGNS, Facts
from reconciliation.matching.rows import EntryRow, Group, KnownRow, LineRow
from reconciliation.matching.rules import Terms, groups_of_reference

pytestmark = pytest.mark.quick

CLEARING = Facts(day=10, as_of=20, grace=2, out_sign=1, contribution=0)
T1 = EntryRow(1, 2, "D1", 10, 100, "p1", "ewa", 1)
OUT = LineRow(1, "D1", 10, 100, out=True, payment_known=True)
STRAY = LineRow(2, "X9", 10, 100, out=True)


def entry_alone(**changed: object) -> Facts:
    return replace(CLEARING, entries=(T1,), contribution=100, **changed)


def line_alone(line: LineRow = OUT, **changed: object) -> Facts:
    return replace(CLEARING, lines=(line,), contribution=-line.signed, **changed)


def both(line: LineRow, entry: EntryRow = T1) -> Facts:
    return replace(CLEARING, entries=(entry,), lines=(line,), contribution=entry.signed - line.signed)


CASES = {
    "1 silent": (entry_alone(), 1, 5, 5),
    "1 returned": (line_alone(replace(OUT, signed=-100, out=False, line_id=3, day=12), day=12, settled_lines=(OUT,),
    settled_entries=(T1,)), 1, 4, 4),
    "2": (entry_alone(as_of=10), 2, 3, 3),
    "3": (replace(both(replace(OUT, signed=-100)), same_sign_error=2), 3, 4, 4),
    "4": (line_alone(STRAY), 4, 5, 5),
    "4 second debit": (line_alone(replace(OUT, line_id=9), settled_lines=(OUT,), settled_entries=(T1,)), 4, 4, 5),
    "5 PENDING": (line_alone(behind=(KnownRow(1, "D1", 100, "PENDING"),), more_unconfirmed=11), 5, 5, 5),
    "5 FAILED": (line_alone(behind=(KnownRow(1, "D1", 100, "FAILED"),)), 5, 4, 5),
    "5 reversed": (line_alone(behind=(KnownRow(1, "D1", 100, "REVERSED"),)), 5, 4, 5),
    "5 out of grace": (line_alone(day=13, behind=(T1,)), 5, 4, 5),
    "6 code": (line_alone(replace(STRAY, kind="fee"), same_code=4), 6, 4, 4),
    "6 charge": (both(replace(OUT, signed=105, charge=5)), 6, 3, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_cause_that_fits_comes_first_with_its_signs(name: str) -> None:
    facts, cause, found, sought = CASES[name]
    seen = diagnose(facts)
    first = seen.ranked[0]
    assert (seen.likely, first.cause, first.fits, first.found, first.sought) == (cause, cause, True, found, sought)
    assert {c.cause for c in seen.ranked} | set(seen.ruled_out) == {1, 2, 3, 4, 5, 6}
    assert sum(c.fits for c in seen.ranked) == 1


PENDING_OTHER = KnownRow(1, "D1", 90, "PENDING")
NEAR_MISSES = {
    "1: the entry is in grace": (entry_alone(as_of=11), 1),
    "1: posted twice, its twin settled": (entry_alone(settled_entries=(replace(T1, transaction_id=7),),
    settled_lines=(OUT,)), 1),
    "1: a line of that reference at another amount": (both(replace(OUT, signed=90)), 1),
    "1: a new payout of the returned amount": (line_alone(replace(OUT, line_id=3, day=12), day=12,
    settled_lines=(OUT,)), 1),
    "1: comes back under a reference of its own": (line_alone(LineRow(3, "R7", 12, -100), day=12), 1),
    "2: one day past grace": (entry_alone(as_of=12), 2),
    "2: posted twice, in grace": (entry_alone(as_of=10, settled_entries=(replace(T1, transaction_id=7),),
    settled_lines=(OUT,)), 2),
    "2: a line awaits its entry": (line_alone(as_of=10), 2),
    "3: opposite sign, another amount": (both(replace(OUT, signed=-90)), 3),
    "3: same sign, another amount": (both(replace(OUT, signed=90)), 3),
    "3: a settled payment that comes back": (CASES["1 returned"][0], 3),
    "4: our reference, entry still expected": (line_alone(as_of=11), 4),
    "4: money in that nobody knows": (line_alone(replace(STRAY, signed=-100, out=False)), 4),
    "4: a fee by the bank's code": (line_alone(replace(STRAY, kind="fee")), 4),
    "4: two equal payments, two equal entries": (line_alone(behind=(KnownRow(2, "D1", 100,
    "PENDING"),)), 4),
    "4: our PENDING at another amount": (line_alone(behind=(PENDING_OTHER,)), 4),
    "4: reference lost, one entry of that day and amount": (both(replace(STRAY, blank=True)), 4),
    "5: PENDING at another amount": (line_alone(behind=(PENDING_OTHER,)), 5),
    "5: PENDING in the other direction": (line_alone(known=(KnownRow(1, "D1", -100, "PENDING"),)), 5),
    "5: POSTED within grace": (line_alone(day=12, as_of=13, open_entries=(T1,)), 5),
    "5: a second line, the first took the PENDING": (line_alone(replace(OUT, line_id=9, day=11), day=11,
    open_lines=(OUT,), known=(KnownRow(1, "D1", 100, "PENDING"),)), 5),
    "6: a fee in words alone, under our reference": (line_alone(), 6),
    "6: fee code on a line that fits our PENDING": (line_alone(replace(OUT, kind="fee"), behind=(KnownRow(1, "D1", 100,
    "PENDING"),)), 6),
    "6: a charge that is not the difference": (both(replace(OUT, signed=105, charge=4)), 6),
    "6: a charge on the wrong side": (both(replace(OUT, signed=95, charge=5)), 6),
}  # fmt: skip


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_is_not_taken_for_it(name: str) -> None:
    facts, cause = NEAR_MISSES[name]
    assert diagnose(facts).likely != cause


def test_every_cause_has_its_near_misses_and_three_to_five_signs() -> None:
    assert {cause for _, cause in NEAR_MISSES.values()} == set(SIGNS)
    for facts in [f for f, *_ in CASES.values()] + [f for f, _ in NEAR_MISSES.values()]:
        assert all(3 <= len(signs(facts)) <= 5 for signs in SIGNS.values())


def test_what_no_cause_fits_has_none() -> None:
    rounding = both(replace(OUT, signed=101))
    seen = diagnose(rounding)
    assert seen.likely is None
    assert not any(c.fits for c in seen.ranked)


amounts = st.sampled_from([-100, -50, 50, 100])
days = st.integers(8, 16)
entries = st.lists(st.tuples(days, amounts, st.sampled_from(["p1", "p2"])), max_size=4)
lines = st.lists(st.tuples(days, amounts, st.sampled_from(["", "", "fee"]), st.sampled_from([0, 0, 50])), max_size=4)
known = st.lists(st.tuples(amounts, st.sampled_from(["PENDING", "FAILED", "REVERSED"])), max_size=2)


def facts_around(group: Group, groups: list[Group], known: list[KnownRow], terms: Terms) -> Facts:
    """What a reader of the tables would see around one difference."""
    own_entries = {p.entry.row for p in group.parts}
    own_lines = {x.row for x in group.lines}
    settled = [g for g in groups if g.is_match]
    alone = [g for g in groups if not g.is_match and not (g.parts and g.lines)]
    return Facts(
        day=group.day, as_of=terms.as_of, grace=terms.grace, out_sign=terms.out_sign, contribution=group.contribution,
        entries=tuple(p.entry for p in group.parts), lines=group.lines,
        settled_entries=tuple(
            replace(p.entry, day=g.day,
            signed=p.signed) for g in settled for p in g.parts if p.entry.row not in own_entries
        ),
        settled_lines=tuple(x for g in settled for x in g.lines if x.row not in own_lines),
        open_entries=tuple(p.entry for g in alone for p in g.parts if p.entry.row not in own_entries),
        open_lines=tuple(x for g in alone for x in g.lines if x.row not in own_lines),
        known=tuple(known),
        behind=(*group.known, *(e for e in group.related if group.rule == 7)),
    )  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(entries, lines, known, st.integers(9, 20))
def test_it_agrees_with_the_rule_that_found_the_difference(
    ledger: list[tuple[int, int, str]], bank: list[tuple[int, int, str, int]], others: list[tuple[int, str]], as_of: int
) -> None:
    terms = Terms(grace=2, as_of=as_of, out_sign=1)
    posted = [EntryRow(n, 1, "D1", d, s, p, "ewa", n) for n, (d, s, p) in enumerate(ledger, 1)]
    booked = [
        LineRow(n, "D1", d, s, out=s > 0, kind=k, charge=c, payment_known=bool(posted or others))
        for n, (d, s, k, c) in enumerate(bank, 1)
    ]
    behind = [KnownRow(100 + n, "D1", s, status) for n, (s, status) in enumerate(others)]  # type: ignore[arg-type]
    groups = groups_of_reference(posted, booked, behind, terms)
    for group in groups:
        if group.cause is not None:
            seen = diagnose(facts_around(group, groups, behind, terms))
            assert seen.likely == group.cause, (group, [c for c in seen.ranked if c.fits])


def test_the_table_of_cases_covers_all_six() -> None:
    assert [k for k, _ in groupby(sorted(c for _, c, *_ in CASES.values()))] == [1, 2, 3, 4, 5, 6]
