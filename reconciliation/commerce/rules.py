"""Which moves an order's state can make, and who may make them. Pure. A webhook is no source: what a provider says moves its
own plane, and an order follows by a rule or a matcher. The database holds the same table (sql/commerce.sql); a test compares.
"""

from dataclasses import dataclass
from typing import Literal

from reconciliation.commerce.errors import MoveNotAllowed
from reconciliation.errors import BadInput, ReasonMissing

State = Literal["open", "fulfilled", "refunded", "disputed"]
Source = Literal["rule", "matcher", "operator"]
Step = tuple[str, str]

STATES: tuple[State, ...] = ("open", "fulfilled", "refunded", "disputed")
SOURCES: tuple[Source, ...] = ("rule", "matcher", "operator")
ALL: frozenset[str] = frozenset(SOURCES)
NO_MATCHER = ALL - {"matcher"}  # that a customer disputes a payment is told, and cannot be found by comparing
BY_HAND: frozenset[str] = frozenset({"operator"})  # a step back says that the step before was wrong

MOVES: dict[Step, frozenset[str]] = {
    ("open", "fulfilled"): ALL,
    ("open", "refunded"): ALL,
    ("fulfilled", "refunded"): ALL,
    ("disputed", "refunded"): ALL,
    ("fulfilled", "disputed"): NO_MATCHER,
    ("disputed", "fulfilled"): NO_MATCHER,
    ("fulfilled", "open"): BY_HAND,
    ("refunded", "open"): BY_HAND,
    ("refunded", "fulfilled"): BY_HAND,
}
FORWARD = frozenset(step for step, sources in MOVES.items() if sources != BY_HAND)
LONGEST_TICKET, LONGEST_NOTE = 140, 2000


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person moves an order: in words, and which steps it can be the reason for."""

    words: str
    steps: frozenset[Step]


REASONS: dict[str, Reason] = {
    "GOODS_SENT_BY_SUPPORT": Reason("support sent the goods", frozenset({("open", "fulfilled")})),
    "CUSTOMER_REFUNDED_OUTSIDE": Reason(
        "the customer was refunded outside the shop", frozenset(s for s in FORWARD if s[1] == "refunded")
    ),
    "CHARGEBACK_OPENED": Reason("the customer disputes the payment", frozenset({("fulfilled", "disputed")})),
    "CHARGEBACK_CLOSED": Reason(
        "the dispute has ended", frozenset({("disputed", "fulfilled"), ("disputed", "refunded")})
    ),
    "RECORDED_WRONGLY": Reason("the last move was wrong", frozenset(s for s in MOVES if s not in FORWARD)),
    "OTHER": Reason("another reason, said in the note", frozenset(MOVES)),
}


def require_move(before: str, after: str, source: str) -> None:
    """Raises MoveNotAllowed, saying whether nobody or only another source may make the step."""
    sources = MOVES.get((before, after))
    if sources is None:
        raise MoveNotAllowed(f"an order that is {before} does not become {after}")
    if source not in sources:
        raise MoveNotAllowed(f"a {source} may not move an order from {before} to {after}")


def require_reason(before: str, after: str, code: str, ticket: str, note: str) -> tuple[str, str]:
    """Ticket and note of a move by hand, trimmed. Raises BadInput naming the field, ReasonMissing (OTHER says nothing by
    itself)."""
    fitting = [name for name, reason in REASONS.items() if (before, after) in reason.steps]
    if code not in fitting:
        raise BadInput(f"from {before} to {after} the reason is one of {', '.join(fitting)}", "reason_code")
    ticket, note = ticket.strip(), note.strip()
    if not 1 <= len(ticket) <= LONGEST_TICKET or not ticket.isprintable():
        raise BadInput(f"a move by hand names its ticket, at most {LONGEST_TICKET} characters", "ticket")
    if len(note) > LONGEST_NOTE or "\x00" in note or any("\ud800" <= c <= "\udfff" for c in note):
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters", "note")
    if code == "OTHER" and not note:
        raise ReasonMissing("OTHER needs a note that says the reason")
    return ticket, note


def choices(before: str) -> list[tuple[str, list[str]]]:
    """What a person can do with an order in this state: each state it can move to, with the reasons that fit."""
    targets = [after for one, after in MOVES if one == before]
    return [(after, [c for c, reason in REASONS.items() if (before, after) in reason.steps]) for after in targets]
