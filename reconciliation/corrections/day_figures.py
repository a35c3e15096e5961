"""The figures of one settlement day as a check would state them now: the same matcher and the same verdict, nothing
stated. The caller takes back the matches that this stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.bank.models import BankAccount
from reconciliation.bank.read_coverage import coverage_of
from reconciliation.cases.models import CaseRow, ExceptionCase
from reconciliation.drift.rules import judge
from reconciliation.matching.rows import Group
from reconciliation.matching.run_matching import run_matching
from reconciliation.matching.scope import days_of

Row = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class NamedDifference:
    """One difference of the day: signed minor units, and the number of the case that follows it, if one is open."""

    contribution: int
    exception_class: str
    cause: int | None
    case: int | None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Signed minor units; all but the ledger total are None when the day is UNKNOWN. `net` is the drift."""

    verdict: str
    ledger_total: int
    statement_total: int | None
    net: int | None
    gross: int | None
    unexplained: int | None
    differences: tuple[NamedDifference, ...]

    @property
    def count(self) -> int:
        return len(self.differences)


def figures_of(account: BankAccount, day: date, at: datetime) -> DayFigures:
    """Match and judge the settlement day that holds `day`, as of `at`. Raises BadInput when the account has no such
    day."""
    days = days_of(account)
    ordinal = days.ordinal(day)
    found = run_matching(account, ordinal, ordinal, as_of=at, at=at, checked=set()).days[ordinal]
    covered = coverage_of(account, days.days, as_of=at)[days.day(ordinal)].state == "complete"
    judged = judge(found.totals.ledger, found.totals.bank, found.groups, covered=covered)
    cases = _cases(judged.open_groups)
    return DayFigures(
        judged.verdict, found.totals.ledger, None if judged.drift is None else found.totals.bank, judged.drift,
        judged.gross,
        judged.unexplained,
        tuple(
            NamedDifference(g.contribution, g.exception_class, g.cause,
            next((cases[r] for r in _rows(g) if r in cases), None))
            for g in judged.open_groups
        ),
    )  # fmt: skip


def _rows(group: Group) -> list[Row]:
    return [p.entry.row for p in group.parts] + [x.row for x in group.lines]


def _cases(groups: Sequence[Group]) -> dict[Row, int]:
    """Which unresolved case follows which row; the oldest where several do."""
    ids = {row[1] for g in groups for row in _rows(g)}
    held = CaseRow.objects.filter(side__in=[0, 1], row_id__in=ids).exclude(case__state=ExceptionCase.State.RESOLVED)
    rows = held.order_by("-case_id").values_list("side", "row_id", "leg", "case__number")
    return {(side, row, leg): number for side, row, leg, number in rows}
