"""The pure half of policy: a move and its facts in, an outcome with its rule and reason out. First match wins; a move that
no clause names is forbidden when done by hand. The built-in policy below is replaced by configurable ones; callers stay."""

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["automatic", "approval", "forbidden"]
POLICY = "Ledger corrections"
VERSION = 1

POSTING_MOVES = frozenset({"posting.post", "posting.plan", "posting.confirm", "posting.fail"})
CORRECTION_MOVES = frozenset({"correction.reverse", "correction.confirm", "correction.repost"})
MATCHER_MOVES = frozenset({"matcher.settle", "case.open", "case.close"})
PROVIDER_MOVES = frozenset({"provider.move"})
COMMERCE_MOVES = frozenset({"commerce.record", "commerce.move"})
COMMERCE_BY_HAND = "commerce.move_by_hand"
SETTING_MOVES = frozenset(
    {
        "setting.set_up",
        "setting.calendar",
        "setting.matcher",
        "setting.endpoint",
        "setting.recognition",
        "setting.fulfilment",
        "setting.polling",
    }
)
RESOLVE, RESOLVE_OTHER, TERMS = "case.resolve", "case.resolve_other", "setting.terms"
MOVES = (
    POSTING_MOVES | CORRECTION_MOVES | MATCHER_MOVES | PROVIDER_MOVES | COMMERCE_MOVES | {COMMERCE_BY_HAND} | SETTING_MOVES
    | {RESOLVE, RESOLVE_OTHER, TERMS}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """What is about to happen. `name` is from MOVES; `facts` are what policy may look at (all JSON values, money as text)."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What policy says: the outcome, the rule that said it, the reason in words, and how many others must agree."""

    move: Move
    outcome: Outcome
    rule: str
    reason: str
    quorum: int = 0
    roles: frozenset[str] = frozenset()
    policy: str = POLICY
    version: int = VERSION

    @property
    def policy_version(self) -> str:
        """Policy and version as the audit trail names them."""
        return f"{self.policy} v{self.version}"


AUTOMATIC: tuple[tuple[frozenset[str], str, str], ...] = (
    (POSTING_MOVES, "1", "A posting by the system that owns its use case needs no second person."),
    (MATCHER_MOVES, "3", "The matcher settles rows of equal sums and opens and closes cases by rule."),
    (PROVIDER_MOVES, "6", "A payment's state at its provider follows the provider's own events alone."),
    (COMMERCE_MOVES, "7", "Orders are recorded as the shop states them and follow rules and matchers by themselves."),
    (SETTING_MOVES, "4", "Set-up by a policy admin takes effect from its own date."),
)


def decide(move: Move) -> Decision:
    """Ask the built-in policy about a move. Never raises: an unknown move is forbidden, with the reason."""
    for moves, rule, reason in AUTOMATIC:
        if move.name in moves:
            return Decision(move, "automatic", rule, reason)
    if move.name in CORRECTION_MOVES:
        return _by_controller(move, "2", "A correction needs 1 controller other than its maker.")
    if move.name == COMMERCE_BY_HAND:
        return _by_hand(move)
    if move.name == RESOLVE:
        return _ended_by_hand(move)
    if move.name == RESOLVE_OTHER:
        return _ended_as_other(move)
    if move.name == TERMS:
        return _by_controller(move, "12", "The terms of a matcher need 1 controller other than their maker.")
    return Decision(move, "forbidden", "default", f"No clause allows {move.name}; what no clause names is forbidden.")


def _by_hand(move: Move) -> Decision:
    """Whoever moves an order past rules and matchers says why, and where that can be read."""
    if move.facts.get("reason_code") and move.facts.get("ticket"):
        return Decision(move, "automatic", "8", "An order is moved by hand only with a reason code and a ticket.")
    return Decision(move, "forbidden", "8", "An order is not moved by hand without a reason code and a ticket.")


def _by_controller(move: Move, rule: str, reason: str) -> Decision:
    return Decision(move, "approval", rule, reason, 1, frozenset({"controller"}))


def _ended_by_hand(move: Move) -> Decision:
    """Facts: `permitted` by its class and cause, `noted` where the code needs words, `signed` where finance signs."""
    if not all(move.facts.get(fact) for fact in ("permitted", "noted", "signed")):
        words = "A case is closed by hand only as its class permits, with its note and sign-off; a security hold never."
        return Decision(move, "forbidden", "5", words)
    return Decision(move, "automatic", "5", "Whoever works on a case closes it with a code that its class permits.")


def _ended_as_other(move: Move) -> Decision:
    if not (move.facts.get("permitted") and move.facts.get("noted")):
        words = "A case is closed as other only with a note that says what it was; a security hold never."
        return Decision(move, "forbidden", "11", words)
    return _by_controller(move, "11", "A case closed as other needs its note and 1 controller other than its maker.")
