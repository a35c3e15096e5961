"""What a freeze window keeps from happening: which moves, of which accounts, on which days. Pure; a window that stands forbids
before any checkpoint is asked, whoever acts and by whatever door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from reconciliation.checkpoints.vocabulary import VOCABULARY

if TYPE_CHECKING:  # the rules ask this module
    from reconciliation.checkpoints.rules import Move

OVERRIDE = "policy.override"
BY_HAND = frozenset({"posting.repost", "commerce.move_by_hand", OVERRIDE})
TOUCHING = ("posting.", "correction.")  # what stands on ledger accounts
UNTIL = {"incident": "until two people release it", "recovery": "until it has ended"}


def freezable(name: str) -> bool:
    """Whether a window may hold the move: what people correct, lift or move by hand. Payments, statements and events are never
    held. The database says the same in `freezable()`."""
    return name.startswith("correction.") or name in BY_HAND


def touching_accounts() -> frozenset[str]:
    """The moves that a window on accounts holds: every correction, a re-post, and the lifting of a checkpoint."""
    return frozenset(n for n in VOCABULARY if freezable(n) and (n.startswith(TOUCHING) or n == OVERRIDE))


@dataclass(frozen=True, slots=True)
class Freeze:
    """A window that stands. `accounts` are codes of ledger accounts, None for all; [first_day, until_day) are the days that a
    move may not be about, None without a bound; `subject` is what it stands for, IN-3."""

    number: int
    kind: str
    subject: str
    since: datetime
    moves: frozenset[str]
    accounts: frozenset[str] | None = None
    first_day: date | None = None
    until_day: date | None = None

    def holds(self, move: "Move") -> bool:
        """Whether it holds the move. What a move does not say of itself is no way around: it is taken to lie inside."""
        return move.name in self.moves and self._holds_accounts(move) and self._holds_day(move)

    def says(self, move: "Move") -> str:
        """Why the move is refused, in one sentence."""
        of = f" of {', '.join(sorted(self.accounts))}" if self.accounts else ""
        what = f"Overrides of checkpoints{of}" if move.name == OVERRIDE else (
            "Moves by hand" if move.name == "commerce.move_by_hand"
            else f"Postings made anew{of}" if move.name == "posting.repost" else f"Corrections{of}"
        )  # fmt: skip
        return (
            f"{what} are frozen by {self.kind} {self.subject} since {self.since:%Y-%m-%d %H:%M} UTC {UNTIL[self.kind]}."
        )

    def _holds_accounts(self, move: "Move") -> bool:
        if self.accounts is None:
            return True
        if move.name == OVERRIDE:  # an override cannot be narrowed to accounts: one of a posting touches each
            return str(move.facts.get("move", "posting.")).startswith(TOUCHING)
        if not move.name.startswith(TOUCHING):
            return False
        held = move.facts.get("account")
        return not held or not self.accounts.isdisjoint(held if isinstance(held, list | tuple) else [held])

    def _holds_day(self, move: "Move") -> bool:
        said = move.facts.get("on")
        if said is None:
            return True
        on = date.fromisoformat(str(said))
        return (self.first_day is None or self.first_day <= on) and (self.until_day is None or on < self.until_day)


def holding(move: "Move", freezes: Iterable[Freeze]) -> Freeze | None:
    """The oldest window that holds the move, None when none does."""
    return next((freeze for freeze in freezes if freeze.holds(move)), None)
