"""Fetches the rows that the set-based half left, as the rules want them."""

from collections import defaultdict
from dataclasses import dataclass, field

from reconciliation.matching.rows import EntryRow, KnownRow, LineRow
from reconciliation.matching.scope import Scope
from reconciliation.matching.steps import run_step

Row = tuple[int, int, int]


@dataclass(slots=True)
class Leftovers:
    """Rows by reference; `held` names the standing match of every row that has one."""

    entries: dict[str, list[EntryRow]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, list[LineRow]] = field(default_factory=lambda: defaultdict(list))
    known: dict[str, list[KnownRow]] = field(default_factory=lambda: defaultdict(list))
    held: dict[Row, int] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        return sorted({*self.entries, *self.lines})


def read_leftovers(scope: Scope, *, history: bool, identified: bool) -> Leftovers:
    """All rows of the references left, on any day when there is a history, with the matches that hold them now. `identified`:
    people said of lines of the account what they settle."""
    left, days, values, forms = Leftovers(), scope.days, scope.values, scope.forms
    joined = ("identified_elsewhere",) if identified else ()
    for step in ("found", *(("elsewhere_entries", "elsewhere_lines", *joined, "matched_with") if history else ())):
        run_step("leftovers", step, values, forms)
    for tx, leg, key, on, signed, payment, use_case, reverses, match in run_step("leftovers", "entries", values):
        entry = EntryRow(tx, leg, key, days.ordinal(on), int(signed), payment, use_case, tx, reverses)
        left.entries[key].append(entry)
        if match:
            left.held[entry.row] = match
    ours = {key for (key,) in run_step("leftovers", "payments", values)}
    for line_id, key, on, signed, out, blank, kind, charge, match in run_step("leftovers", "lines", values):
        line = LineRow(line_id, key, days.ordinal(on), int(signed), out, blank, kind, int(charge), key in ours)
        left.lines[key].append(line)
        if match:
            left.held[line.row] = match
    for tx, key, signed, status, payment in run_step("leftovers", "known", values, forms):
        left.known[key].append(KnownRow(tx, key, int(signed), status, payment))
    run_step("leftovers", "drop", values)
    return left
