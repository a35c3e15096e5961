"""The pure half of policy: a move and its facts in, an outcome with its rule and reason out. Checkpoints are asked in their
order and the first clause that fits decides; what no clause names is forbidden, unless it only states what is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciliation.checkpoints.clauses import Clause, Facts, Outcome, amounts_of, within
from reconciliation.checkpoints.freezing import Freeze, holding
from reconciliation.checkpoints.vocabulary import BYPASSES, VOCABULARY

COMMERCE_BY_HAND = "commerce.move_by_hand"
RESOLVE, RESOLVE_OTHER, TERMS = "case.resolve", "case.resolve_other", "setting.terms"
CALENDAR_CHANGE = "setting.calendar_change"
ACCESS = "setting.access"
ESCALATION, RECEIVER = "setting.escalation", "setting.receiver_change"
GATE = "setting.gate"
CLOSE_PERIOD, REOPEN_PERIOD = "period.close", "period.reopen"
ACTIVATE, OVERRIDE = "policy.activate", "policy.override"
NO_POLICY = "No checkpoint"
FREEZE = "Freeze window"
PAIR_WORDS = {
    "commerce-provider": "commerce ↔ provider",
    "provider-ledger": "provider ↔ ledger",
    "ledger-bank": "ledger ↔ bank",
}
Asked = Mapping[str, tuple[Clause, ...]]  # move → the clauses that may speak about it, in order


@dataclass(frozen=True, slots=True)
class Move:
    """What is about to happen. `name` is from the vocabulary; `facts` are what policy may look at (all JSON values, money
    as text). `payment_id` is what facts that must be looked up are looked up by."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A checkpoint lifted for a time, for one payment or for all. It lifts no clause that forbids to be lifted."""

    number: int
    key: str
    move: str
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What policy says: the outcome, the rule that said it, the reason in words, and how many others must agree.
    `override` is the number of the override that lifted an earlier clause, None without one."""

    move: Move
    outcome: Outcome
    rule: str
    reason: str
    quorum: int = 0
    roles: frozenset[str] = frozenset()
    policy: str = NO_POLICY
    key: str = ""
    version: int = 0
    override: int | None = None

    @property
    def policy_version(self) -> str:
        """Policy and version as the audit trail names them."""
        return f"{self.policy} v{self.version}"

    @property
    def frozen(self) -> bool:
        """Whether a freeze window forbids it, and no checkpoint was asked."""
        return self.policy == FREEZE


def decide(
    move: Move, asked: Asked, overrides: Iterable[Override] = (), freezes: Iterable[Freeze] = ()
) -> Decision:  # fmt: skip
    """Ask the checkpoints in force about a move, unless a window that stands holds it. Never raises: an unknown move is
    forbidden, with the reason."""
    if freeze := holding(move, freezes):
        rule = f"FW-{freeze.number}"
        return Decision(move, "forbidden", rule, freeze.says(move), policy=FREEZE, key="freeze", version=freeze.number)
    lifted: int | None = None
    for clause in asked.get(move.name, ()):
        if not clause.fits(move.facts) or not names_its_door(clause, move):
            continue
        if (over := _lifting(clause, move, overrides)) is not None:
            lifted = lifted or over.number
            continue
        return _said(clause, move, lifted)
    known = VOCABULARY.get(move.name)
    if known is not None and known.observed:
        return Decision(move, "automatic", "default", f"Policy records that {known.words}; it cannot refuse it.")
    return Decision(move, "forbidden", "default", f"No clause allows {move.name}; what no clause names is forbidden.")


def names_its_door(clause: Clause, move: Move) -> bool:
    """False where the clause lets through by itself, and the door is one that it would have to name and does not: what lets
    people act at once starts no job."""
    known = VOCABULARY.get(move.name)
    if clause.outcome != "automatic" or known is None or move.facts.get("door") not in known.by_name:
        return True
    return move.facts["door"] in clause.when.get("door", frozenset())


def _lifting(clause: Clause, move: Move, overrides: Iterable[Override]) -> Override | None:
    if "override" in clause.never:
        return None
    for over in overrides:
        if over.key == clause.key and over.move == move.name and over.payment_id in ("", move.payment_id):
            return over
    return None


def _said(clause: Clause, move: Move, lifted: int | None) -> Decision:
    if problem := _problem(clause, move.facts):
        return _decision(clause, move, "forbidden", problem, 0, lifted)
    quorum = clause.quorum_for(move.facts) if clause.outcome == "approval" else 0
    return _decision(clause, move, clause.outcome, clause.reason, quorum, lifted)


def _problem(clause: Clause, facts: Facts) -> str:
    """Why the clause refuses what it would else allow, "" where nothing is missing."""
    if (door := facts.get("door")) in clause.never and clause.outcome != "forbidden":
        return f"{BYPASSES[door].capitalize()} may not skip this checkpoint."
    if any(not facts.get(name) for name in clause.requires):
        return clause.refusal or f"It needs {', '.join(clause.requires)}."
    matched = facts.get("matched") or ()
    if missing := [PAIR_WORDS[pair] for pair in clause.matchers if pair not in matched]:
        waits = "It waits until" if clause.otherwise == "hold" else "It is refused until"
        return (
            f"{waits} {' and '.join(missing)} have matched."
            if len(missing) > 1
            else f"{waits} {missing[0]} has matched."
        )
    return ""


def _decision(clause: Clause, move: Move, outcome: Outcome, reason: str, quorum: int, lifted: int | None) -> Decision:
    roles = clause.roles if outcome == "approval" else frozenset[str]()
    return Decision(
        move, outcome, clause.number, reason, quorum, roles, clause.policy, clause.key, clause.version, lifted
    )  # fmt: skip


def in_order(clauses: Iterable[Clause]) -> dict[str, tuple[Clause, ...]]:
    """The clauses of all checkpoints, already in their order, laid out by the move they may speak about."""
    by_move: dict[str, list[Clause]] = {}
    for clause in clauses:
        for name in sorted(clause.moves):
            by_move.setdefault(name, []).append(clause)
    return {name: tuple(found) for name, found in by_move.items()}


def band_of(facts: Facts, edges: Mapping[str, tuple[int, ...]]) -> tuple[tuple[str, int], ...]:
    """Between which edges each amount lies: two moves in the same band are told apart by no clause."""
    return tuple(
        (asset, sum(within(amount, (edge, None)) for edge in edges.get(asset, ())))
        for asset, amount in sorted(amounts_of(facts).items())
    )
