"""What a correction would do, found by doing it and taking it back: the effect and the matcher run in a savepoint
that is rolled back. Hence "after" is what a real check finds, and no row, number or message is left behind."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from ledger.actors import Actor
from ledger.balancing import OPPOSITE
from ledger.errors import LedgerRefusal
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Effect
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.decide import decision_for_preview
from reconciliation.checkpoints.trying import taken_back
from reconciliation.corrections import effects
from reconciliation.corrections.day_figures import DayFigures, figures_of
from reconciliation.drift.models import DriftCheck
from reconciliation.postings.dated_on import day_of

LOOKING = Actor("job", "preview", frozenset({"job"}))


@dataclass(frozen=True, slots=True)
class PreviewEntry:
    """An entry as it will stand; `amount_minor` is a positive integer in minor units of `currency`."""

    account: str
    name: str
    direction: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class DayPreview:
    """One settlement day of one reconciled account. `after` is None when the correction would be refused."""

    account: str
    name: str
    currency: str
    day: date
    now: DayFigures
    after: DayFigures | None


@dataclass(frozen=True, slots=True)
class Preview:
    """`days`: the case's account first. `refused` says why the correction cannot be made as things stand, empty when
    it can. `adjusts_on`: the day in closed books that it belongs to."""

    effective_on: date
    entries: tuple[PreviewEntry, ...]
    days: tuple[DayPreview, ...]
    refused: str = ""
    adjusts_on: date | None = None


def preview_reversal(payload: Payload, at: datetime) -> Preview:
    """The mirrored entries, and the days before and after, as of `at`. Changes no row."""
    turned = [e | {"direction": OPPOSITE[e["direction"]]} for e in payload["entries"]]
    return preview_of(payload, turned, effects.reverse, "correction.reverse", at)


def preview_confirmation(payload: Payload, at: datetime) -> Preview:
    """The original's own entries, which then count, and the days before and after, as of `at`. Changes no row."""
    return preview_of(payload, payload["entries"], effects.confirm, "correction.confirm", at)


def preview_of(payload: Payload, entries: list[dict[str, str]], effect: Effect, move: str, at: datetime) -> Preview:
    """`entries` as they will stand, and the days before and after the effect, as of `at`. Changes no row."""
    where = days_touched(payload)
    with taken_back():
        now = [figures_of(account, day, at) for account, day in where]
    after: list[DayFigures] | None = None
    refused = ""
    try:
        with taken_back():
            decision = decision_for_preview(move, at)
            effect(payload, decision_id=decision, policy_version="preview", actor=LOOKING, at=at)
            after = [figures_of(account, day, at) for account, day in where]
    except LedgerRefusal as refusal:
        refused = str(refusal)
    days = [
        DayPreview(account.code, account.name, account.currency, day, now[n], after[n] if after else None)
        for n, (account, day) in enumerate(where)
    ]
    stand = [
        PreviewEntry(e["account"], e["name"], e["direction"], int(e["amount_minor"]), e["currency"]) for e in entries
    ]
    day = day_of(payload)
    return Preview(day.effective_on, tuple(stand), tuple(days), refused, day.adjusts_on)


def days_touched(payload: Payload) -> list[tuple[BankAccount, date]]:
    """The case's account on the case's day first; every other reconciled account on the effective day, where that is not
    before all of its days: then no check looks at it."""
    found: list[tuple[BankAccount, date]] = []
    if payload["case_id"] is not None:
        case = ExceptionCase.objects.select_related("bank_account__ledger_account").get(id=payload["case_id"])
        if case.bank_account is not None:
            found.append((case.bank_account, case.day))
    ids = [e["account_id"] for e in payload["entries"]]
    on = date.fromisoformat(payload["effective_on"])
    begun = BankPeriod.objects.filter(bank_account=OuterRef("id"), day__lte=on)
    touched = BankAccount.objects.filter(Exists(begun), ledger_account_id__in=ids)
    touched = touched.select_related("ledger_account").order_by("code")
    return found + [(account, on) for account in touched if account.id not in {a.id for a, _ in found}]


def rows_touched(payload: Payload) -> int:
    """How many entries and lines the days that a correction touches held when each was last checked."""
    checks = (
        DriftCheck.objects.filter(bank_account=account, day=day).order_by("-id").first()
        for account, day in days_touched(payload)
    )
    return sum(check.entry_count + check.line_count for check in checks if check is not None)
