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


def read_leftovers(scope: Scope) -> Leftovers:
    """All rows of the references left, on any day, with the matches that hold them now."""
    left, days = Leftovers(), scope.days
    for tx, leg, key, on, signed, payment, use_case, reverses, match in run_step(
        "leftovers", "entries", scope.values, scope.forms
    ):
        entry = EntryRow(tx, leg, key, days.ordinal(on), int(signed), payment, use_case, tx, reverses)
        left.entries[key].append(entry)
        if match:
            left.held[entry.row] = match
    for line_id, key, on, signed, out, blank, kind, charge, match, known in run_step(
        "leftovers", "lines", scope.values, scope.forms
    ):
        line = LineRow(line_id, key, days.ordinal(on), int(signed), out, blank, kind, int(charge), known)
        left.lines[key].append(line)
        if match:
            left.held[line.row] = match
    for tx, key, signed, status, payment in run_step("leftovers", "known", scope.values, scope.forms):
        left.known[key].append(KnownRow(tx, key, int(signed), status, payment))
    return left
