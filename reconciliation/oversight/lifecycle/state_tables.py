"""The state tables of every plane and of what people work on, read from the tables that the code moves them by. Pure.

Where the database alone holds the moves (requests, versions, periods) they are written here, and a test holds them against its SQL.
Source: DOMAIN, Planes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciliation.cases.acts import MOVES as CASE_MOVES
from reconciliation.checkpoints.steps import LEDGER_STEPS
from reconciliation.commerce.rules import MOVES as ORDER_MOVES
from reconciliation.provider.formats.event import STATUSES, EventType
from reconciliation.provider.moves import FALLS, MARKED, MOVES, STANDS

EVENT_WORDS: dict[EventType, str] = {
    "created": "the provider knows it", "detected": "money was seen", "confirmed": "the provider says that it is final",
    "expired": "its time ran out", "failed": "rejected, cancelled or invalid", "reverted": "what was seen is gone again",
    "noted": "its flags change", "unknown": "an event that nothing reads",
}  # fmt: skip
POSTING_WORDS = {
    "plan": "planned", "post": "posted at once", "confirm": "confirmed, the amounts unchanged", "fail": "failed",
    "reverse": "reversed by a new transaction; the original stays",
}  # fmt: skip
CASE_WORDS = {
    "open": "given back, or its request has ended", "assigned": "somebody takes it, or is given it",
    "snoozed": "put off until a day",
    "waiting_approval": "its correction is asked for", "reopened": "a run finds its difference again",
    "resolved": "a run finds its difference gone, or a person ends it with a code of its class",
}  # fmt: skip
REQUEST_MOVES = {
    "open": {
        "executed": "enough others approved and its precondition still held", "rejected": "somebody rejected it, with a reason",
        "withdrawn": "its maker took it back", "expired": "nobody decided in time", "stale": "what it was about has changed",
    },
}  # fmt: skip
VERSION_MOVES = {
    "draft": {"evaluate": "it decides in the shadow", "discarded": "it was given up"},
    "evaluate": {"active": "a second person put it in force", "discarded": "it was given up"},
    "active": {"retired": "its successor came into force, or a second person ended it"},
}
PERIOD_MOVES = {
    "open": {"closed": "on its checklist, by two people"},
    "closed": {"reopened": "with a reason, by two people"},
    "reopened": {"closed": "on its checklist, by two people"},
}


@dataclass(frozen=True, slots=True)
class Step:
    """From one state to another, and what makes the step. `before` "" is a beginning."""

    before: str
    after: str
    by: str


@dataclass(frozen=True, slots=True)
class StateTable:
    """`states` in their usual order, `final` those that nothing leaves. What stands in no step is refused by code and database."""

    key: str
    title: str
    says: str
    states: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def final(self) -> tuple[str, ...]:
        """The states that no step leaves."""
        left = {step.before for step in self.steps if step.after != step.before}
        return tuple(state for state in self.states if state not in left)


def state_tables() -> list[StateTable]:
    """Plane by plane, then what people work on."""
    return [
        _table("provider", "Provider: a payment", "Moved by the provider's own verified events alone; paid is detected, not final.",
               STATUSES, _provider()),
        _table("commerce", "Commerce: an order",
               "A webhook is no source: an order follows a rule, a matcher or a person with a reason.",
               ("open", "fulfilled", "refunded", "disputed"), _commerce()),
        _table("finance", "Finance: a transaction", "Append-only: one move is made in place, a correction is a new transaction.",
               ("PENDING", "POSTED", "FAILED"), _ledger()),
        _table("case", "A case", "Moved by people, requests and runs together.", tuple(CASE_MOVES), _nested(
            {before: {after: CASE_WORDS[after] for after in sorted(afters)} for before, afters in CASE_MOVES.items()})),
        _table("request", "A request", "It leaves the open state once.", ("open", *REQUEST_MOVES["open"]), _nested(REQUEST_MOVES)),
        _table("version", "A version of a checkpoint", "Written as a draft, then moved forward only.",
               ("draft", "evaluate", "active", "retired", "discarded"), _nested(VERSION_MOVES)),
        _table("period", "An accounting period",
               "What is closed takes no entry; what belongs there is dated in the first open one.",
               ("open", "closed", "reopened"), _nested(PERIOD_MOVES)),
    ]  # fmt: skip


def _table(key: str, title: str, says: str, states: tuple[str, ...], steps: Iterable[Step]) -> StateTable:
    return StateTable(key, title, says, states, tuple(steps))


def _provider() -> Iterable[Step]:
    for (before, event), after in MOVES.items():
        yield Step(before, after, EVENT_WORDS[event])
    for (before, event), after in MARKED.items():
        yield Step(before, after, f"{EVENT_WORDS[event]}, marked by hand at the provider")
    falls: dict[tuple[str, str, str], list[str]] = {}
    for scheme, pairs in FALLS.items():
        for (before, event), after in pairs.items():
            falls.setdefault((before, after, EVENT_WORDS[event]), []).append(scheme)
    for (fell, to, words), schemes in falls.items():
        yield Step(fell, to, f"{words}, a fall that {', '.join(schemes)} document" + ("s" if len(schemes) == 1 else ""))
    for status in STATUSES:
        events = [EVENT_WORDS[event] for before, event in STANDS if before == status]
        yield Step(status, status, f"nothing new: {', '.join(sorted(events))}")


def _commerce() -> Iterable[Step]:
    words = {"rule": "a rule", "matcher": "a matcher", "operator": "a person with a reason and a ticket"}
    for (before, after), sources in ORDER_MOVES.items():
        yield Step(before, after, " or ".join(words[s] for s in ("rule", "matcher", "operator") if s in sources))


def _ledger() -> Iterable[Step]:
    for name, (before, after) in LEDGER_STEPS.items():
        yield Step("" if before == "unposted" else before, after, POSTING_WORDS[name])


def _nested(moves: dict[str, dict[str, str]]) -> Iterable[Step]:
    for before, afters in moves.items():
        for after, words in afters.items():
            yield Step(before, after, words)
