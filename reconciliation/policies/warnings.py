"""What a version says that cannot come true as things stand: a clause that is never asked, more approvals than people. Nothing is
refused by it; whoever drafts and whoever approves sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reconciliation.approvals.read_standing import read_standing
from reconciliation.backtest.side_by_side import side_by_side
from reconciliation.checkpoints.clauses import Clause
from reconciliation.checkpoints.rules import Asked
from reconciliation.checkpoints.vocabulary import VOCABULARY

Holds = Mapping[int, frozenset[str]]


def warnings_of(document: dict[str, Any], number: int, at: datetime) -> list[str]:
    """Sentences, clause by clause, as of `at`. Four queries. Needs a tenant scope."""
    asked, holds = side_by_side(document, number).draft, read_standing(at).holds
    own = {c.number: c for clauses in asked.values() for c in clauses if c.key == document["key"]}
    found = []
    for clause in sorted(own.values(), key=lambda c: int(c.number) if c.number.isdecimal() else 0):
        found += [*_never_asked(clause, asked), *_too_few(clause, holds), *_by_rule(clause)]
    return found


def _never_asked(clause: Clause, asked: Asked) -> list[str]:
    """Where a clause that fits every such move is asked before."""
    found = []
    for move in sorted(clause.moves):
        for earlier in asked[move]:
            if earlier is clause or (earlier.key, earlier.number) == (clause.key, clause.number):
                break
            if not earlier.when and not earlier.amounts:
                lifted = "" if "override" in earlier.never else ", unless that one is lifted"
                found.append(
                    f"Clause {clause.number} is never asked when {VOCABULARY[move].words}{lifted}: {earlier.policy} "
                    f"v{earlier.version}, clause {earlier.number}, comes before and always fits."
                )
                break
    return found


def _too_few(clause: Clause, holds: Holds) -> list[str]:
    if clause.outcome != "approval":
        return []
    most = max([clause.quorum, *(quorum for bands in clause.bands.values() for _, quorum in bands)])
    people = sum(bool(roles & clause.roles) for roles in holds.values())
    roles = " or ".join(sorted(role.replace("_", " ") for role in clause.roles))
    hold = f"{people} {'person holds' if people == 1 else 'people hold'} the role {roles}"
    if people < most:
        return [f"Clause {clause.number} asks for {most} approvals, and {hold}: what it fits is never approved."]
    if people == most:
        return [f"Clause {clause.number} asks for {most} approvals, and {hold}: none of them could ask for it."]
    return []


def _by_rule(clause: Clause) -> list[str]:
    """Of moves that a job makes only where a clause names its door: what is left out, and what is let in without a bound."""
    if clause.outcome != "automatic":
        return []
    found, doors = [], clause.when.get("door", frozenset())
    for move in sorted(m for m in clause.moves if VOCABULARY[m].by_name):
        words = VOCABULARY[move].words
        if not doors:
            found.append(
                f"Clause {clause.number} lets people through when {words}, and no rule: one acts by itself only where the "
                "clause names the door rule."
            )
        elif doors & VOCABULARY[move].by_name and not clause.when.get("bank_code"):
            found.append(f"Clause {clause.number} lets a rule act when {words}, whatever the bank's code is.")
    return found
