"""What keeps a day unknown that a file touches, said among the file's findings: a person reads it before confirming."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from reconciliation.bank.formats.statement import Finding
from reconciliation.bank.imports import Outcome, stretches
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.bank.read_coverage import coverage_of


def with_unknown_days(account: BankAccount, outcomes: Sequence[Outcome], *, at: datetime) -> list[Outcome]:
    """The outcomes with a finding for every begun day they touch that would stay unknown. Needs the statements to be
    stored. A reason that a statement states already is not said a second time."""
    touched = {d for o in outcomes if o.stored is not None for d in o.stored.days}
    runs = stretches(account, touched, at=at)
    if not runs:
        return list(outcomes)
    days = list(BankPeriod.objects.filter(bank_account=account).order_by("day").values_list("day", flat=True))
    found = coverage_of(account, days, as_of=at)
    more: dict[int, list[Finding]] = {}
    for day in (d for first, until in runs for d in days if first <= d < until and found[d].state != "complete"):
        reason, place = found[day].reason, _place(outcomes, found[day].statement_ids, day)
        stored = outcomes[place].stored
        if stored is not None and all(f.what != reason for f in stored.findings):
            what = f"{day} would stay unknown: {reason}"
            more.setdefault(place, []).append(Finding(f"day {day}", what, "check", found[day].state))
    return [_with(o, more.get(n, [])) for n, o in enumerate(outcomes)]


def _place(outcomes: Sequence[Outcome], statement_ids: Sequence[int], day: date) -> int:
    """The statement at fault when it is of this file, else the first that touches the day."""
    stored = [(n, o.stored) for n, o in enumerate(outcomes) if o.stored is not None]
    own = [n for n, s in stored if s.statement_id is not None and s.statement_id in statement_ids]
    return own[0] if own else next((n for n, s in stored if day in s.days), stored[0][0])


def _with(outcome: Outcome, more: list[Finding]) -> Outcome:
    if outcome.stored is None or not more:
        return outcome
    return replace(outcome, stored=replace(outcome.stored, findings=[*outcome.stored.findings, *more]))
