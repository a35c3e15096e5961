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
HAND_MOVES = frozenset({"case.resolve"})
MOVES = (
    POSTING_MOVES | CORRECTION_MOVES | MATCHER_MOVES | PROVIDER_MOVES | COMMERCE_MOVES | {COMMERCE_BY_HAND} | SETTING_MOVES
    | HAND_MOVES
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


def decide(move: Move) -> Decision:
    """Ask the built-in policy about a move. Never raises: an unknown move is forbidden, with the reason."""
    if move.name in POSTING_MOVES:
        return Decision(
            move, "automatic", "1", "A posting by the system that owns its use case needs no second person."
        )
    if move.name in CORRECTION_MOVES:
        return Decision(
            move,
            "approval",
            "2",
            "A correction needs 1 controller other than its maker.",
            1,
            frozenset({"controller"}),
        )
    if move.name in MATCHER_MOVES:
        return Decision(
            move,
            "automatic",
            "3",
            "The matcher settles rows of equal sums and opens and closes cases by rule.",
        )
    if move.name in PROVIDER_MOVES:
        return Decision(
            move, "automatic", "6", "A payment's state at its provider follows the provider's own events alone."
        )
    if move.name in COMMERCE_MOVES:
        return Decision(
            move,
            "automatic",
            "7",
            "Orders are recorded as the shop states them and follow rules and matchers by themselves.",
        )
    if move.name == COMMERCE_BY_HAND:
        return _by_hand(move)
    if move.name in SETTING_MOVES:
        return Decision(move, "automatic", "4", "Set-up by a policy admin takes effect from its own date.")
    if move.name in HAND_MOVES:
        return Decision(move, "forbidden", "5", "A case closes when its difference is gone, not by hand.")
    return Decision(move, "forbidden", "default", f"No clause allows {move.name}; what no clause names is forbidden.")


def _by_hand(move: Move) -> Decision:
    """Whoever moves an order past rules and matchers says why, and where that can be read."""
    if move.facts.get("reason_code") and move.facts.get("ticket"):
        return Decision(move, "automatic", "8", "An order is moved by hand only with a reason code and a ticket.")
    return Decision(move, "forbidden", "8", "An order is not moved by hand without a reason code and a ticket.")
