"""The decision tree: of each move, in which order which clause is asked and what it answers. Pure; built from the documents of the
checkpoints in force, which `checkpoints/rules.py` asks in the same order.

Source: DOMAIN, Checkpoints; the vocabulary of moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciliation.checkpoints.vocabulary import DOORS, STAGES, VOCABULARY, Plane, Stage, Transition
from reconciliation.policies.wording import branch_of

PLANES: tuple[tuple[Plane, str], ...] = (
    ("commerce", "Commerce, what was sold"), ("provider", "Provider, what the payment system observed"),
    ("finance", "Finance, what was recognised"), ("bank", "Bank, what the money did"),
    ("control", "Control, how all of it is governed"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    """A checkpoint in force: key, version and document."""

    key: str
    version: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Branch:
    """One clause as it is asked: where it fits ("" everywhere), what it answers, the outcome, whose clause it is, why, and whether
    an override may lift it."""

    where: str
    answer: str
    outcome: str
    key: str
    title: str
    version: int
    clause: int
    reason: str
    liftable: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One move with its branches in their order. `otherwise` is what happens where none fits, "" where one always does."""

    move: Transition
    branches: tuple[Branch, ...]
    otherwise: str

    @property
    def steps(self) -> str:
        """The steps between states that it makes: "open → fulfilled, refunded; fulfilled → open"."""
        moves = sorted(step for step in self.move.steps if step[0] != step[1])
        afters = {before: ", ".join(b for a, b in moves if a == before) for before, _ in moves}
        return "; ".join(f"{before} → {after}" for before, after in afters.items())


@dataclass(frozen=True, slots=True)
class Limb:
    """The moves of one plane that reach one stage."""

    plane: Plane
    words: str
    stage: Stage
    questions: tuple[Question, ...]


def decision_tree(policies: Sequence[Policy]) -> list[Limb]:
    """Plane by plane and stage by stage, in the order of the vocabulary; every move there is stands in exactly one limb."""
    limbs = []
    for plane, words in PLANES:
        for stage in STAGES:
            moves = [t for t in VOCABULARY.values() if t.plane == plane and t.reaches == stage]
            if moves:
                limbs.append(Limb(plane, words, stage, tuple(_question(move, policies) for move in moves)))
    return limbs


def _question(move: Transition, policies: Sequence[Policy]) -> Question:
    in_order = sorted(policies, key=lambda p: int(p.document["precedence"]))
    branches = [
        _branch(clause, n, policy, move)
        for policy in in_order
        for n, clause in enumerate(policy.document["clauses"], 1)
        if move.name in clause["moves"]
    ]
    if branches and any(not b.where for b in branches):
        return Question(move, tuple(branches), "")
    return Question(move, tuple(branches), "is recorded" if move.observed else "is forbidden: no clause names it")


def _branch(clause: Mapping[str, Any], number: int, policy: Policy, move: Transition) -> Branch:
    where, answer = branch_of(clause)
    if clause["outcome"] == "automatic" and move.by_name and "door" not in clause.get("when", {}):
        doors = " or ".join(DOORS[door] for door in sorted(move.by_name))
        where = "; ".join(
            words for words in (where, f"door is not {doors}, which only a clause that names it lets through") if words
        )
    return Branch(
        where, answer, clause["outcome"], policy.key, policy.document["title"], policy.version, number, clause["reason"],
        not move.observed and "override" not in clause.get("never", ()),
    )  # fmt: skip
