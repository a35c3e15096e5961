"""What became of a request that ended: the entries as they stand in the book, and its days as the checks before and
after it stated them. Reads only; nothing here is worked out anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger.balancing import OPPOSITE
from ledger.models import Entry, LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.corrections.preview import PreviewEntry, days_touched
from reconciliation.drift.models import DriftCheck
from reconciliation.postings.dated_on import day_of


@dataclass(frozen=True, slots=True)
class Stated:
    """The figures of one check, in signed minor units; those that an UNKNOWN one does not state are None."""

    verdict: str
    net: int | None
    gross: int | None
    unexplained: int | None
    count: int
    run: int


@dataclass(frozen=True, slots=True)
class StatedDay:
    """A settlement day of an account: the last check before the request ran, and the first one after; None where there
    is none."""

    account: str
    name: str
    currency: str
    day: date
    before: Stated | None
    after: Stated | None


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """`entries`: of each transaction written; of what was asked for when nothing was. `days`: the case's account first,
    none when nothing was written. `closed_by`: the run (MR-12) that closed the case since."""

    effective_on: date
    entries: tuple[tuple[PreviewEntry, ...], ...]
    days: tuple[StatedDay, ...]
    case: ExceptionCase | None
    closed_by: str
    adjusts_on: date | None = None


def carried_out(request: ApprovalRequest, written: Sequence[LedgerTransaction]) -> CarriedOut | None:
    """Of a request that ended; None when its payload names no entries. A dozen short queries."""
    payload = request.payload
    if not payload.get("entries") or not payload.get("effective_on"):
        return None
    entries, closed_by = tuple(_entries(t) for t in written), ""
    days: tuple[StatedDay, ...] = ()
    case = ExceptionCase.objects.filter(id=payload["case_id"]).first() if payload.get("case_id") else None
    if request.state == ApprovalRequest.State.EXECUTED and request.ended_at is not None:
        days = tuple(_stated(account, day, request.ended_at) for account, day in days_touched(payload))
        closed_by = _closed_by(case, request.ended_at)
    asked = entries or (_asked(request),)
    day = day_of(payload)
    return CarriedOut(day.effective_on, asked, days, case, closed_by, day.adjusts_on)


def _entries(transaction: LedgerTransaction) -> tuple[PreviewEntry, ...]:
    rows = Entry.objects.filter(transaction_id=transaction.id).select_related("account").order_by("leg")
    return tuple(
        PreviewEntry(e.account.code, e.account.name, e.direction, int(e.amount_minor), e.account.asset_id) for e in rows
    )


def _asked(request: ApprovalRequest) -> tuple[PreviewEntry, ...]:
    """The entries that would have been written: a reversal's mirror the frozen ones; a re-post's reversal goes before them."""
    turn = OPPOSITE if request.kind == "reverse" else {d: d for d in OPPOSITE}
    return tuple(
        PreviewEntry(e["account"], e["name"], turn[e["direction"]], int(e["amount_minor"]), e["currency"])
        for e in [*request.payload.get("undone", []), *request.payload["entries"]]
    )


def _stated(account: BankAccount, on: date, at: datetime) -> StatedDay:
    period = BankPeriod.objects.filter(bank_account=account, day__lte=on, until_on__gt=on).first()
    day = period.day if period else on
    checks = DriftCheck.objects.filter(bank_account=account, day=day).select_related("run")
    before = checks.filter(checked_at__lt=at).order_by("-id").first()
    after = checks.filter(checked_at__gte=at).order_by("id").first()
    return StatedDay(account.code, account.name, account.currency, day, _figures(before), _figures(after))


def _figures(check: DriftCheck | None) -> Stated | None:
    if check is None:
        return None
    net, gross, unexplained = (None if n is None else int(n) for n in (check.drift, check.gross, check.unexplained))
    return Stated(check.verdict, net, gross, unexplained, check.open_count, check.run.number)


def _closed_by(case: ExceptionCase | None, at: datetime) -> str:
    if case is None or case.state != ExceptionCase.State.RESOLVED:
        return ""
    event = CaseEvent.objects.filter(case=case, kind="resolved", at__gte=at).order_by("-id").first()
    return event.actor if event else ""
