"""A path by which drift came in, and the checkpoint that closes it. Pure: what is proposed follows from what was found."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from reconciliation.checkpoints.documents import SCHEMA
from reconciliation.checkpoints.vocabulary import DOORS, VOCABULARY
from reconciliation.recovery.runs.chain import document_of

NOT_CONFIRMED = ["expired", "failed", "paid", "pending", "unknown"]
STATE_WORDS = {"unknown": "unknown to providers", "pending": "not paid", "paid": "detected, not confirmed"}
OWNER, LONGEST_TITLE, LAST = "policy admins", 80, 4999


@dataclass(frozen=True, slots=True)
class DriftPath:
    """One way past the confirmation: a move of the vocabulary by a door; `use_case` of a posting, `to_state` of an order's move.
    `states`: how many moves came this way while the provider said what."""

    move: str
    door: str
    use_case: str
    to_state: str
    states: dict[str, int]

    @property
    def key(self) -> str:
        """Tells paths apart, also between readings."""
        return sha256(document_of({"path": [self.move, self.door, self.use_case, self.to_state]}).encode()).hexdigest()[
            :12
        ]

    @property
    def moves(self) -> int:
        return sum(self.states.values())

    @property
    def words(self) -> str:
        """ "An order is moved by hand to fulfilled, through a person at the screen"."""
        known = VOCABULARY[self.move].words if self.move in VOCABULARY else self.move
        more = f" to {self.to_state}" if self.to_state else f" of use case {self.use_case}" if self.use_case else ""
        return f"{known[:1].upper()}{known[1:]}{more}, through {DOORS.get(self.door, self.door or 'no door on record')}"

    @property
    def can_be_closed(self) -> bool:
        """Whether policy can tell such a move by what the provider says of its payment."""
        known = VOCABULARY.get(self.move)
        return known is not None and "provider_state" in known.facts and "forbidden" in known.outcomes

    def said(self) -> dict[str, Any]:
        """As it is stored beside its draft."""
        return {
            "move": self.move,
            "door": self.door,
            "use_case": self.use_case,
            "to": self.to_state,
            "states": self.states,
            "key": self.key,
        }

    def document(self, run: str, precedence: int) -> dict[str, Any]:
        """A checkpoint of its own, asked before those in force: such a move is forbidden until the payment is confirmed."""
        when: dict[str, list[str]] = {"provider_state": NOT_CONFIRMED}
        if self.to_state:
            when["to"] = [self.to_state]  # by whatever door: it is the state that must not come early
        if self.use_case:
            when |= {"use_case": [self.use_case], "door": [self.door]}
        what = (
            f"{self.to_state} by hand"
            if self.to_state
            else f"{self.use_case} through {DOORS.get(self.door, self.door)}"
        )
        return {
            "schema": SCHEMA, "key": f"{run.lower()}-{self.key}", "title": f"{run}: {what} before confirmed"[:LONGEST_TITLE],
            "owner": OWNER, "precedence": precedence,
            "clauses": [{
                "moves": [self.move], "when": when, "outcome": "forbidden",
                "reason": f"Not before the provider has confirmed the payment: drift came in this way ({run}).",
                "never": ["override"],
            }],
        }  # fmt: skip
