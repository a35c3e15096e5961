"""Who could decide about something: each person who holds a deciding role or to whom one is lent, and what bars the others.
The same rule as the decision itself, asked of everybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from reconciliation.approvals.checks import as_fact
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.read_standing import asked_of, clause_of, read_standing
from reconciliation.approvals.standing import Asked, Standing, Way, ways_of
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.rules import Decision, Move
from reconciliation.permissions import Permission, holders


@dataclass(frozen=True, slots=True)
class Could:
    """One person, the way they would decide by or what bars it, and whose right it is when it is lent."""

    person: int
    name: str
    way: Way
    lender: str = ""

    @property
    def could(self) -> bool:
        return not self.way.bar


def everybody(asked: Asked, standing: Standing) -> list[Could]:
    """Those who could, then those who could not, each by name."""
    deciding = frozenset(holders(Permission.DECIDE_REQUEST))
    known = {who for who, roles in standing.holds.items() if roles & deciding} | {g.delegate for g in standing.lent}
    found = []
    for person in known & standing.holds.keys():
        way = ways_of(person, asked, standing).best
        lender = standing.names.get(way.on_behalf_of, "") if way.on_behalf_of is not None else ""
        found.append(Could(person, standing.names[person], way, lender))
    return sorted(found, key=lambda c: (not c.could, c.name, c.person))


@dataclass(frozen=True, slots=True)
class Answer:
    """What policy says about a move, and who could decide about it; nobody is named where none is asked."""

    decision: Decision
    found: tuple[Could, ...]


def who_could_approve(move: Move, *, accounts: Collection[int], maker: int, at: datetime) -> Answer:
    """What would be asked for a move that a person makes on these ledger accounts, and who could approve it at `at`. Reads
    only; nothing is recorded. Needs a tenant scope."""
    decision = ask(move, at)
    if decision.outcome != "approval":
        return Answer(decision, ())
    roles = decision.roles.intersection(holders(Permission.DECIDE_REQUEST))
    asked = Asked(roles, maker, clause_of(as_fact(decision)), frozenset(accounts))
    return Answer(decision, tuple(everybody(asked, read_standing(at))))


def who_could_decide(request_id: int, *, at: datetime) -> list[str]:
    """The names of those who could decide on a request now, those who decided left out. Three queries."""
    request = ApprovalRequest.objects.get(id=request_id)
    return [c.name for c in everybody(asked_of(request), read_standing(at)) if c.could]
