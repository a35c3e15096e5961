"""Whether a document opens up what no recorded move shows: each clause is asked about a move that it speaks of. Pure. A window in
which nothing happened must not make a looser document look harmless."""

from collections.abc import Iterator
from typing import Any

from reconciliation.backtest.compared import direction_of
from reconciliation.backtest.needs import Needs
from reconciliation.checkpoints.clauses import Clause
from reconciliation.checkpoints.rules import Asked, Move, decide


def looser_moves(needs: Needs, live: Asked, draft: Asked, changed: Asked) -> list[str]:
    """The names of moves of which at least one kind would be let through more easily, sorted. `changed` are the clauses that
    stand in one set alone: where none of them fits, both sets answer alike."""
    return [name for name in needs.moves if any(
        direction_of(decide(move, live), decide(move, draft)) == "looser"
        for clause in changed.get(name, ()) for move in _probes(name, clause, needs)
    )]  # fmt: skip


def _probes(name: str, clause: Clause, needs: Needs) -> Iterator[Move]:
    """Moves that the clause may fit: each value of what it selects by, at every edge of every asset that it names, with and without
    what clauses ask for."""
    first: dict[str, Any] = {fact: min(values) for fact, values in clause.when.items()}
    chosen = [first] + [first | {fact: value} for fact, values in clause.when.items() for value in sorted(values)]
    given = dict.fromkeys(needs.given - first.keys(), "given")
    assets = sorted({*clause.amounts, *clause.bands}) or [""]
    amounts = [
        {asset: str(n)} for asset in assets for edge in needs.edges.get(asset, ()) for n in (edge, max(0, edge - 1))
    ]
    for facts in chosen:
        for moved in amounts or [{}]:
            for whole in ({}, given | {"matched": ["commerce-provider", "ledger-bank", "provider-ledger"]}):
                yield Move(name, whole | facts | ({"amounts": moved} if moved else {}))
