"""Stores what the rules settled and retires the matches that a later row re-opened. Each row stands in one match."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconciliation.matching.leftovers import Leftovers, Row
from reconciliation.matching.rows import Group
from reconciliation.matching.scope import Scope
from reconciliation.matching.steps import run_step


@dataclass(frozen=True, slots=True)
class Stored:
    """How many matches were added, the groups that stay loose (a difference, or tied to one), and the days that changed."""

    added: int
    loose: list[Group]
    touched: set[int]


def store_matches(groups: Sequence[Group], left: Leftovers, scope: Scope) -> Stored:
    """Store the settled groups as matches and retire those that no longer hold."""
    components = _components(groups)
    wanted = [component for component in components if all(g.is_match for g in component)]
    loose = [g for component in components if not all(x.is_match for x in component) for g in component]
    standing: dict[int, set[Row]] = defaultdict(set)
    for row, match in left.held.items():
        standing[match].add(row)
    rows_wanted = {frozenset(_rows(c)) for c in wanted}
    gone = [match for match, rows in standing.items() if frozenset(rows) not in rows_wanted]
    if gone:
        run_step("leftovers", "retire", scope.values | {"matches": sorted(gone)})
    kept = {frozenset(rows) for match, rows in standing.items() if match not in set(gone)}
    new = [c for c in wanted if frozenset(_rows(c)) not in kept]
    if new:
        ids = run_step("leftovers", "match_ids", {"count": len(new)})
        stored = [_as_json(match_id, c, scope) for (match_id,), c in zip(ids, new, strict=True)]
        values = scope.values | {"matches": json.dumps(stored)}
        run_step("leftovers", "store", values)
        run_step("leftovers", "store_legs", values)
    changed = {row for match in gone for row in standing[match]} | {row for c in new for row in _rows(c)}
    own_days = {e.row: e.day for rows in left.entries.values() for e in rows}
    own_days |= {x.row: x.day for rows in left.lines.values() for x in rows}
    touched = {own_days[row] for row in changed} | {p.entry.day for g in loose for p in g.parts if p.entry.day != g.day}
    return Stored(len(new), loose, touched)


def _rows(component: Sequence[Group]) -> set[Row]:
    return {p.entry.row for g in component for p in g.parts} | {x.row for g in component for x in g.lines}


def _components(groups: Sequence[Group]) -> list[list[Group]]:
    """Groups that share an entry (it counts in parts on several days) stand or fall together."""
    owner: dict[Row, int] = {}
    components: dict[int, list[Group]] = {}
    for n, group in enumerate(groups):
        met = sorted({owner[p.entry.row] for p in group.parts if p.entry.row in owner})
        merged = [g for m in met for g in components.pop(m)] + [group]
        components[n] = merged
        for g in merged:
            for p in g.parts:
                owner[p.entry.row] = n
    return list(components.values())


def _as_json(match_id: int, component: Sequence[Group], scope: Scope) -> dict[str, Any]:
    day = scope.days.day
    shifts: list[list[Any]] = []
    numbers: dict[Row, int] = defaultdict(int)
    for group in component:
        for p in group.parts:
            if group.day != p.entry.day:
                part = numbers[p.entry.row]
                numbers[p.entry.row] += 1
                shifts.append(
                    [
                        p.entry.transaction_id,
                        p.entry.leg,
                        part,
                        str(day(p.entry.day)),
                        str(day(group.day)),
                        str(p.signed),
                    ]
                )
    apart = max((abs(g.day - p.entry.day) for g in component for p in g.parts), default=0)
    last = max(component, key=lambda g: g.day)
    return {
        "id": match_id, "day": str(day(last.day)), "rule": last.rule, "apart": apart, "shifts": shifts,
        "rows": [list(row) for row in sorted(_rows(component))],
    }  # fmt: skip
