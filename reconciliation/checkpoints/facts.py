"""Facts that cost a look: what stands on other planes about a payment. Each plane registers its source with one line in
reconciliation/apps.py; this package imports none of them, and asks only for what a clause in force or in the shadow reads."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciliation.checkpoints.vocabulary import LOOKED_UP

Source = Callable[
    [Sequence[str]], Mapping[str, Any]
]  # payment ids → the fact of each; one that is not named has `missing`
SOURCES: dict[str, tuple[Source, Any]] = {}


def register_source(fact: str, source: Source, *, missing: Any) -> None:
    """Make known where a fact is looked up. A fact has one source."""
    if fact not in LOOKED_UP:
        raise ValueError(f"{fact} is not a fact that is looked up")
    if SOURCES.setdefault(fact, (source, missing)) != (source, missing):
        raise ValueError(f"two sources say {fact}")


def looked_up(reads: frozenset[str], payment_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Payment → the facts that are read about it. One look per fact, however many payments; "" is no payment."""
    wanted = sorted(reads & LOOKED_UP)
    found: dict[str, dict[str, Any]] = {p: {} for p in payment_ids}
    named = sorted({p for p in payment_ids if p})
    for fact in wanted:
        source, missing = SOURCES[fact]
        values = source(named) if named else {}
        for payment, facts in found.items():
            facts[fact] = values.get(payment, missing)
    return found
