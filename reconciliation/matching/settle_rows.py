"""One matching pass over a scope: settle in SQL what settles plainly, give the rest to the rules, store the matches."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from reconciliation.matching.leftovers import Leftovers, read_leftovers
from reconciliation.matching.rows import Group
from reconciliation.matching.rules import groups_of_reference, pair_blank_lines
from reconciliation.matching.scope import Scope
from reconciliation.matching.steps import run_step
from reconciliation.matching.store_matches import store_matches


@dataclass(frozen=True, slots=True)
class Totals:
    """One day's totals, summed from the rows, apart from the groups. Signed minor units."""

    ledger: int
    bank: int
    entries: int
    lines: int


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass found. `groups` are those of references it could not settle plainly; `touched` are days outside the
    scope whose rows it matched or freed: their last checks are out of date."""

    groups: list[Group]
    totals: dict[int, Totals]
    touched: set[int]
    entries: int
    lines: int
    settled: int


def settle_rows(scope: Scope, *, passed: bool) -> Pass:
    """Match the open rows of the scope's days (and of the grace around them). Needs a tenant scope; stores matches.

    `passed`: this run made an earlier pass, whose matches hold rows although the run is not stored yet."""
    values, forms = scope.values | {"passed": passed}, scope.forms
    _by_index_alone(True)
    run_step("stage", "days", values)
    ((from_on, to_on),) = run_step("stage", "window", values)
    values |= {"from_on": from_on, "to_on": to_on}
    ((held, identified),) = run_step("stage", "held", values)
    run_step("stage", "tables", values)
    if held:
        for step in ("entries", "lines"):
            run_step("stage", step, values, forms)
    else:
        _plan_with("enable_nestloop", False)
        for step in ("entries_all_open", "lines_all_open", "totals_all_open"):
            run_step("stage", step, values, forms)
        _plan_with("enable_nestloop", True)
    if identified:
        run_step("stage", "identified", values, forms)
    run_step("stage", "analyze", values)
    ((elsewhere,),) = run_step("stage", "history", values)
    _by_index_alone(False)
    settled, touched = _settle_plainly(scope, again=False)
    if _rekey(scope):
        more, also = _settle_plainly(scope, again=True)
        settled, touched = settled + more, touched | also
    ((entries, lines),) = run_step("stage", "counts", values)
    _by_index_alone(True)
    left = read_leftovers(scope, history=held or elsewhere, identified=identified)
    _by_index_alone(False)
    apart = set(run_step("stage", "apart", values)) if identified else set()
    groups = _apply_rules(left, scope, apart)
    stored = store_matches(groups, left, scope)
    totals = _totals(values, stored.loose)
    run_step("stage", "drop", values)
    outside = {d for d in touched | stored.touched if not scope.first <= d <= scope.last}
    return Pass(groups, totals, outside, entries, lines, settled + stored.added)


def _by_index_alone(on: bool) -> None:
    """Look rows up by index whatever the statistics say. They are older than the rows after a large import, and a planner
    that believes a table to be empty reads all of it once for every row of the run."""
    _plan_with("enable_seqscan", not on)


def _plan_with(setting: str, on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, "on" if on else "off"])


def _settle_plainly(scope: Scope, *, again: bool) -> tuple[int, set[int]]:
    values = scope.values | {"again": again}
    for step in ("twice", "keys", "clear_left", "fill_left"):
        run_step("settle", step, values)
    ((matches, many_entries, many_lines, apart, *outside),) = run_step("settle", "count", values)
    wanted = {
        "store_matches": matches, "store_legs": matches, "store_legs_of_many": many_entries or many_lines,
        "store_shifts": apart,
    }  # fmt: skip
    for step, needed in wanted.items():
        if needed:
            run_step("settle", step, values)
    run_step("settle", "drop_pass", values)
    return int(matches), {day for days in outside for day in days or ()}


def _totals(values: dict[str, Any], loose: list[Group]) -> dict[int, Totals]:
    """The rows' totals by day; what a loose group counts on another day is moved there, as no stored shift says it."""
    moved: dict[int, int] = defaultdict(int)
    for group in loose:
        for part in group.parts:
            if part.entry.day != group.day:
                moved[part.entry.day] -= part.signed
                moved[group.day] += part.signed
    return {
        day: Totals(int(ledger) + moved[day], int(bank), int(entries), int(lines))
        for day, ledger, bank, entries, lines in run_step("stage", "totals", values)
    }


def _rekey(scope: Scope) -> bool:
    ((left,),) = run_step("settle", "count_left", scope.values)
    if not left:
        return False
    for step in ("by_batch_entries", "by_batch_lines"):
        run_step("settle", step, scope.values)
    if scope.matcher.narrative_pattern:
        run_step("settle", "by_narrative", scope.values)
    run_step("settle", "rekeyed_left", scope.values)
    return True


def _apply_rules(left: Leftovers, scope: Scope, apart: set[tuple[int, int]]) -> list[Group]:
    groups: list[Group] = []
    for key in left.keys:
        groups += groups_of_reference(left.entries[key], left.lines[key], left.known[key], scope.terms)
    return pair_blank_lines(groups, apart)


def by_day(groups: Iterable[Group]) -> dict[int, list[Group]]:
    """The groups by the ordinal of the day they count on, each day in a fixed order."""
    days: dict[int, list[Group]] = defaultdict(list)
    for group in groups:
        days[group.day].append(group)
    for found in days.values():
        found.sort(key=lambda g: (g.rule, [p.entry.row for p in g.parts], [x.row for x in g.lines]))
    return days
