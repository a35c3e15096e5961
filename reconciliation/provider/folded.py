"""A payment folded anew: what it was, what it is, and the rows that state it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.provider.lifecycle import Lifecycle, names
from reconciliation.provider.receipts import received

CONFIRM_SETTLEMENT = "confirm_settlement"  # the outbox item that a bank's callback asks for, worked off above


@dataclass(frozen=True, slots=True)
class Folded:
    """A payment before and after; `lifecycle` holds every step."""

    id: int
    status: str
    flags: tuple[str, ...]
    lifecycle: Lifecycle

    @property
    def moved(self) -> bool:
        return (self.lifecycle.status or "pending", self.lifecycle.flags) != (self.status, self.flags)

    @property
    def settled_by_the_bank(self) -> bool:
        """A bank partner's callback said COMPLETED just now."""
        steps = self.lifecycle.steps
        return bool(steps) and steps[0].event.scheme == "bank" and self.lifecycle.status == "confirmed" != self.status

    @property
    def fell(self) -> bool:
        return bool(self.lifecycle.steps) and any(step.outcome == "fell" for step in self.lifecycle.steps)


def moves_of(moved: Sequence[Folded], at: datetime) -> list[list[Any]]:
    """One decision for all moves of a kind, with their count and digest."""
    kinds: dict[tuple[str, str, bool], list[Folded]] = defaultdict(list)
    for f in moved:
        kinds[f.status, f.lifecycle.status or "pending", f.fell].append(f)
    rows: list[list[Any]] = []
    for (before, after, fell), members in sorted(kinds.items()):
        decision = record_decision(
            Move("provider.move", {"from": before, "to": after, "fell": fell}), at=at,
            subjects=(f"{f.id} {list(f.lifecycle.flags)}" for f in members),
        )  # fmt: skip
        rows += [
            [f.id, before, after, list(f.flags), list(f.lifecycle.flags), fell, decision.id]
            for f in sorted(members, key=lambda f: f.id)
        ]
    return rows


def as_row(f: Folded) -> dict[str, Any]:
    events = [step.event for step in f.lifecycle.steps]
    sums = received(f.lifecycle)
    times = [e.occurred_at for e in events]
    return {
        "id": f.id, "order_ref": next((e.order_ref for e in events if e.order_ref), ""),
        "status": f.lifecycle.status or "pending", "flags": list(f.lifecycle.flags), "asset": sums.asset,
        "other_asset": sums.other_asset, "detected": _text(sums.detected), "confirmed": _text(sums.confirmed),
        "detected_at": _iso(f.lifecycle.detected_at), "confirmed_at": _iso(f.lifecycle.confirmed_at),
        "first_at": _iso(min(times)), "last_at": _iso(max(times)), "events": len(events),
        "doubts": sorted(set(names(f.lifecycle.steps))),
        "digest": digest_of(f.lifecycle).hex(),
    }  # fmt: skip


def digest_of(lifecycle: Lifecycle) -> bytes:
    return sha256(repr(lifecycle).encode()).digest()


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
