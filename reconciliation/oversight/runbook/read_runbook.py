"""The runbook of one case, with each look taken now. Needs a tenant scope; changes no row."""

from dataclasses import dataclass
from datetime import datetime

from reconciliation.cases.models import ExceptionCase
from reconciliation.drift.rows_around import rows_around
from reconciliation.oversight.runbook import bank_looks, source_looks
from reconciliation.oversight.runbook.guides import Guide, Step, guide_for
from reconciliation.oversight.runbook.seen import Seen

AROUND = {
    "statements": bank_looks.statements, "bank_lines": bank_looks.bank_lines, "ledger_rows": bank_looks.ledger_rows,
    "alike": bank_looks.alike, "code": bank_looks.code, "debits": bank_looks.debits,
}  # fmt: skip
SOURCES = {"callbacks": source_looks.callbacks, "payment": source_looks.payment, "work": source_looks.work}


@dataclass(frozen=True, slots=True)
class Runbook:
    """The guide and, beside each of its steps, what the look saw. `sign` is 1 where money in counts as +, -1 where money out does,
    None without a bank account."""

    guide: Guide
    steps: tuple[tuple[Step, Seen], ...]
    sign: int | None = None

    def tone_of(self, look: str) -> str:
        """What a look saw; "" where the guide has no such step."""
        return next((seen.tone for step, seen in self.steps if step.look == look), "")


def read_runbook(case: ExceptionCase, *, cause: int | None, at: datetime) -> Runbook:
    """`cause` is the likeliest one as the diagnosis has it."""
    guide = guide_for(cause, case.plane_pair)
    around = rows_around(case) if case.bank_account_id else None
    taken: list[tuple[Step, Seen]] = []
    for step in guide.steps:
        if step.look in SOURCES:
            taken.append((step, SOURCES[step.look](case, at)))
        elif around is not None:
            taken.append((step, AROUND[step.look](case, around, at)))
    return Runbook(guide, tuple(taken), around.sign if around else None)
