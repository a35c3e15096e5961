"""What the page of a case shows of the case itself: its rows on both sides, its history, and the check of its day."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from ledger.models import Entry
from reconciliation.bank.models import BankLine
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.errors import NotFound

MOST_EVENTS = 100

# The latest check of the case's day, and the run that opened the case.
FIGURES = """
SELECT c.verdict, c.drift, c.open_count, c.entry_count + c.line_count, r.number, v.plane_pair, v.number
  FROM exception_case x
  LEFT JOIN LATERAL (SELECT * FROM drift_check d WHERE d.tenant_id = x.tenant_id AND d.bank_account_id =
      x.bank_account_id
                        AND d.day = x.day ORDER BY d.id DESC LIMIT 1) c ON true
  LEFT JOIN match_run r ON r.tenant_id = x.tenant_id AND r.id = x.opened_run_id
  LEFT JOIN matcher_version v ON v.tenant_id = r.tenant_id AND v.id = r.matcher_version_id
 WHERE x.id = %s
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """The case's day as last checked (None before a check; drift None when unknown), and the run that opened the
    case."""

    verdict: str | None
    drift: int | None
    open_count: int | None
    rows: int
    first_run: int | None
    matcher: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """`own` are the case's entries on the checked account; `behind` entries stand behind its reference without
    counting:
    PENDING, FAILED, reversed, returned or out of grace. `lines` are its bank lines."""

    case: ExceptionCase
    own: list[Entry]
    behind: list[Entry]
    lines: list[BankLine]
    events: list[CaseEvent]
    figures: Figures

    @property
    def sign(self) -> int:
        """+1 for a debit-normal account, −1 for a credit-normal one: turns the bank's sign into the account's."""
        return 1 if self.case.account.ledger_account.normal_side == "DEBIT" else -1

    def signed(self, entry: Entry) -> int:
        """An entry in the direction of the account's normal side, in minor units."""
        minor = int(entry.amount_minor)
        return minor if entry.direction == self.case.account.ledger_account.normal_side else -minor

    def moved(self, line: BankLine) -> int:
        """A line in the same direction, in minor units."""
        return self.sign * int(line.amount_minor)


def case_numbered(number: int) -> ExceptionCase:
    """The case C-`number`. Raises NotFound; another tenant's number is as unknown as a random one."""
    case = ExceptionCase.objects.filter(number=number).select_related("bank_account__ledger_account", "owner").first()
    if case is None:
        raise NotFound(f"no case has the number {number}")
    return case


def case_page(case: ExceptionCase) -> CasePage:
    """The rows, the history and the figures of a case. Four queries."""
    evidence = case.evidence
    keys = {(row, leg) for side, row, leg in evidence["rows"] if side == 0}
    others = {*evidence["known"], *evidence["related"]}
    found = Entry.objects.filter(
        transaction_id__in={tx for tx, _ in keys} | others, account_id=case.account.ledger_account_id
    )
    entries = list(found.select_related("transaction").order_by("transaction_id", "leg"))
    lines = BankLine.objects.filter(id__in=[row for side, row, _ in evidence["rows"] if side == 1])
    return CasePage(
        case,
        [e for e in entries if (e.transaction_id, e.leg) in keys],
        [e for e in entries if (e.transaction_id, e.leg) not in keys and e.transaction_id in others],
        list(lines.select_related("statement").order_by("id")),
        history(case),
        _figures(case),
    )


def history(case: ExceptionCase) -> list[CaseEvent]:
    """What happened to a case, newest first; the oldest of a very long history are left out."""
    return list(CaseEvent.objects.filter(case=case).order_by("-at", "-id")[:MOST_EVENTS])


def cases_with(ids: Sequence[int]) -> dict[int, ExceptionCase]:
    """Cases by id, without their evidence. One query."""
    return {case.id: case for case in ExceptionCase.objects.filter(id__in=ids).defer("evidence")}


def _figures(case: ExceptionCase) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [case.id])
        verdict, drift, count, rows, run, pair, version = cursor.fetchone()
    return Figures(
        verdict, None if drift is None else int(drift), count, rows or 0, run, f"{pair} v{version}" if pair else ""
    )
