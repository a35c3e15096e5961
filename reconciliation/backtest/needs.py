"""What must be known of a recorded move to decide it again: the facts that clauses read, and the edges between which its amounts
lie. Pure. Moves that agree in all of it are one group and are decided once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciliation.checkpoints.clauses import Clause
from reconciliation.checkpoints.rules import Asked, Move
from reconciliation.checkpoints.vocabulary import DOORS, LOOKED_UP, VOCABULARY


@dataclass(frozen=True, slots=True)
class Needs:
    """`named` are read by their values, `given` only asked for, `edges` are minor units per asset, ascending; `looked_up` are facts
    of other planes, read as of the move's time where they were not recorded."""

    moves: tuple[str, ...]
    named: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    edges: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def looked_up(self) -> frozenset[str]:
        return self.named & LOOKED_UP

    @property
    def money(self) -> bool:
        """Whether amounts or assets tell moves apart."""
        return bool(self.edges) or "asset" in self.named


def needs_of(moves: Sequence[str], *sets: Asked) -> Needs:
    """What the clauses of the sets read about these moves. Moves that only state what is are left out: no clause refuses them."""
    kept = tuple(sorted(m for m in set(moves) if m in VOCABULARY and not VOCABULARY[m].observed))
    clauses = [c for asked in sets for m in kept for c in asked.get(m, ())]
    named = frozenset[str]().union(*(_named(c) for c in clauses))
    given = frozenset[str]().union(*(c.requires for c in clauses)) - named
    edges: dict[str, set[int]] = {}
    for clause in clauses:
        for asset, (start, end) in clause.amounts.items():
            edges.setdefault(asset, set()).update({start} if end is None else {start, end})
        for asset, bands in clause.bands.items():
            edges.setdefault(asset, set()).update(start for start, _ in bands)
    return Needs(kept, named, given, {asset: tuple(sorted(found)) for asset, found in sorted(edges.items())})


def _named(clause: Clause) -> frozenset[str]:
    names = frozenset(clause.when) | (frozenset({"matched"}) if clause.matchers else frozenset())
    unnamed = clause.outcome == "automatic" and any(VOCABULARY[m].by_name for m in clause.moves if m in VOCABULARY)
    return names | (frozenset({"door"}) if unnamed or clause.never & DOORS.keys() else frozenset())


def move_of(name: str, facts: Mapping[str, Any], needs: Needs, missing: Mapping[str, Any]) -> Move:
    """The move of a group. `facts` are the group's, its amounts as `bands` (asset → how many edges they reach); `missing` is what a
    looked-up fact is where nothing is known."""
    said = {k: v for k, v in facts.items() if k not in ("bands", "overrides")}
    amounts = {asset: str(_within(needs.edges[asset], n)) for asset, n in facts.get("bands", {}).items()}
    unknown = {fact: missing[fact] for fact in needs.looked_up & VOCABULARY[name].facts}
    return Move(name, unknown | said | ({"amounts": amounts} if amounts else {}))


def _within(edges: tuple[int, ...], reached: int) -> int:
    """An amount of that band: its lower edge, or just below the first."""
    return edges[reached - 1] if reached else max(0, edges[0] - 1)
