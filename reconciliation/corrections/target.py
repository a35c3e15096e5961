"""What a correction is about: the transaction, the case that shows it, the bank lines of the case; and what forbids
it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.errors import UnknownTransaction
from ledger.models import Entry, LedgerTransaction
from reconciliation.bank.models import BankLine
from reconciliation.cases.models import CaseRow, ExceptionCase
from reconciliation.errors import CannotBe, CaseNotOpen, NotFound, SecurityHold
from reconciliation.incidents.standing import cases_held, incident_of
from reconciliation.matching.planes.units import POSTING

RESOLVED = ExceptionCase.State.RESOLVED
AMBIGUOUS = "ambiguous: "  # as the matcher notes it
TRANSACTIONS = (0, POSTING)  # sides whose rows are transactions: of a bank account's ledger, and of payments


@dataclass(frozen=True, slots=True)
class Target:
    """`lines` are the case's bank lines; `entries` the transaction's entries in their order."""

    transaction: LedgerTransaction
    entries: tuple[Entry, ...]
    case: ExceptionCase | None = None
    lines: tuple[BankLine, ...] = ()

    @property
    def rule(self) -> int | None:
        """The matching rule that found the case."""
        return self.case.evidence["rule"] if self.case else None

    @property
    def line_on(self) -> date | None:
        """The day of the case's only line, None when there is none or several."""
        return self.lines[0].counts_on if len(self.lines) == 1 else None


def find_target(public_id: str, case_number: int | None) -> Target:
    """The transaction of a public id, with the case named, else with the unresolved case that holds one of its entries.

    Raises UnknownTransaction, NotFound (no such case), CaseNotOpen, BadInput (the case is not about the
    transaction)."""
    try:
        found = LedgerTransaction.objects.filter(public_id=UUID(str(public_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise UnknownTransaction(f"no transaction has the id {public_id!r:.60}")
    return target_of(found, _case(found, case_number))


def target_of(transaction: LedgerTransaction, case: ExceptionCase | None) -> Target:
    """The target of a transaction and a case already at hand."""
    entries = tuple(Entry.objects.filter(transaction=transaction).select_related("account").order_by("leg"))
    if case is None:
        return Target(transaction, entries)
    lines = tuple(BankLine.objects.filter(id__in=line_ids(case)).order_by("id"))
    return Target(transaction, entries, case, lines)


def line_ids(case: ExceptionCase) -> list[int]:
    """The case's bank lines as its last run saw them."""
    return sorted(row for side, row, _ in case.evidence["rows"] if side == 1)


def transaction_ids(case: ExceptionCase) -> set[int]:
    """Every transaction the case mentions: of its rows, known behind its reference, or related to its line."""
    own = {row for side, row, _ in case.evidence["rows"] if side in TRANSACTIONS}
    return own | set(case.evidence["known"]) | set(case.evidence["related"])


def holds_on(account_ids: Iterable[int]) -> list[ExceptionCase]:
    """The cases of open incidents of the bank accounts behind these ledger accounts; also one whose difference is gone holds
    until its incident is released."""
    ids = cases_held(account_ids)
    return list(ExceptionCase.objects.filter(id__in=ids).order_by("number")) if ids else []


def require_no_hold(target: Target) -> None:
    """Raise SecurityHold while money out that we never initiated is unexplained on an account the transaction
    touches."""
    require_free({e.account_id for e in target.entries})


def require_free(account_ids: Iterable[int]) -> None:
    """The same of ledger accounts by id."""
    if held := holds_on(account_ids):
        names = ", ".join(str(c) for c in held)
        incident = incident_of(*(c.id for c in held))
        raise SecurityHold(
            f"{names}: the bank settled what we never initiated; no correction touches that account until two people"
            f" release {incident}"
        )


def is_ambiguous(case: ExceptionCase) -> bool:
    """Whether several entries or lines of that day and amount stand alone, and the matcher chose none."""
    return AMBIGUOUS in case.evidence["reason"]


def open_case(number: int) -> ExceptionCase:
    """The case of a number with its accounts. Raises NotFound, CaseNotOpen."""
    case = ExceptionCase.objects.filter(number=number).select_related("bank_account__ledger_account").first()
    if case is None:
        raise NotFound(f"no case has the number {number}")
    if case.state == RESOLVED:
        raise CaseNotOpen(f"{case} is resolved: {case.resolution.replace('_', ' ')}")
    return case


def _case(transaction: LedgerTransaction, number: int | None) -> ExceptionCase | None:
    if number is None:
        row = (
            CaseRow.objects.filter(side__in=TRANSACTIONS, row_id=transaction.id)
            .exclude(case__state=RESOLVED)
            .order_by("side", "case_id")
            .first()
        )
        return row.case if row else None
    case = open_case(number)
    if transaction.id not in transaction_ids(case):
        raise CannotBe(f"{case} is not about {transaction}", "case")
    return case
