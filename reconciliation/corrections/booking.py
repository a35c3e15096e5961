"""What the bank alone shows, as the posting that would book it: which use case, on which accounts, in which direction. The
entry on the reconciled account is what the difference lacks, so that the two sides then agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ledger.balancing import OPPOSITE, Direction
from ledger.dating import Dated
from ledger.models import Account
from ledger.money import spoken
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts
from reconciliation.bank.booking_accounts import USE_CASES, set_for, use_case_for
from reconciliation.bank.models import BankLine, BookingAccount
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.accrued import standing
from reconciliation.corrections.fitting_bookings import (
    ADJUSTMENT,
    CLASSES,
    REASONS,
    SECURITY,
    is_booked,
    use_case_of,
    words_of,
)
from reconciliation.corrections.interest_legs import legs_of
from reconciliation.corrections.target import is_ambiguous, line_ids
from reconciliation.postings.held import freeze
from reconciliation.postings.requests import PostingRequest, RequestedEntry


@dataclass(frozen=True)
class Booking:
    """`signed` is what the reconciled account lacks, in minor units in the direction of its normal side; `standing` is
    what was set for the use case, None while nobody has."""

    case: ExceptionCase
    line: BankLine
    use_case: str
    standing: BookingAccount | None
    signed: int

    @property
    def counter(self) -> Account | None:
        """The account of the other side."""
        return self.standing.counter if self.standing else None

    @property
    def true_up(self) -> Account | None:
        """The account of what the bank's interest is more or less than what was accrued, where interest is accrued."""
        return self.standing.true_up if self.standing else None

    @cached_property
    def accrued(self) -> int | None:
        """What stands accrued on the counter by the line's day, in the direction of the entry on the reconciled account; None
        where nothing is accrued there. One query."""
        return standing(self.counter.id, self.direction, self.on) if self.counter and self.true_up else None

    @property
    def reconciled(self) -> Account:
        return self.case.account.ledger_account

    @property
    def direction(self) -> Direction:
        """Of the entry on the reconciled account."""
        normal: Direction = self.reconciled.normal_side
        return normal if self.signed > 0 else OPPOSITE[normal]

    @property
    def words(self) -> str:
        """What is booked, with its amount: "the bank's fee of 25.00 ETB"."""
        amount = spoken(abs(self.signed), self.case.currency)
        return f"{words_of(self.use_case, out=self.direction == 'CREDIT')} of {amount}"

    @property
    def where(self) -> str:
        """On which accounts, as a sentence goes on: what is accrued is cleared first."""
        if self.accrued is None:
            return f"on {self.counter}"
        cleared = max(self.accrued, 0)
        rest = abs(self.signed) - cleared
        parts = [f"against {spoken(cleared, self.case.currency)} accrued on {self.counter}"] if cleared else []
        return " and ".join(parts + ([f"{spoken(abs(rest), self.case.currency)} on {self.true_up}"] if rest else []))

    @property
    def reason_code(self) -> str:
        return REASONS[self.use_case]

    @property
    def key(self) -> str:
        """Made of the use case and the line: what stands under it has booked the line."""
        return f"{self.use_case} of bank line {self.line.id}"

    @property
    def on(self) -> date:
        return self.line.counts_on

    @property
    def unset(self) -> str:
        """Why it cannot be booked while no account is set, and where one is."""
        return (
            f"{self.words[:1].upper()}{self.words[1:]} has no account yet: a policy admin sets the one for"
            f" {USE_CASES[self.use_case]} of {self.case.account} in Settings, Bank accounts."
        )


def booking_of(case: ExceptionCase) -> Booking | None:
    """What books the difference, None where a booking is not what removes it or its lines are several. Two queries."""
    if (
        case.bank_account is None
        or not case.contribution_minor
        or (case.exception_class not in CLASSES and case.cause != SECURITY)
    ):
        return None
    lines = list(BankLine.objects.filter(id__in=line_ids(case))[:2])
    if len(lines) != 1:
        return None
    ours = any(side == 0 for side, _, _ in case.evidence["rows"])
    line = lines[0]
    use_case = use_case_of(
        case.exception_class,
        case.cause,
        case.evidence["rule"],
        line.kind,
        ours=ours,
        ambiguous=is_ambiguous(case),
        mapped=use_case_for(case.account.id, line.code) if line.kind == ADJUSTMENT else "",
    )
    if not use_case:
        return None
    found = Booking(case, line, use_case, set_for(case.account.id, use_case, line.code), -int(case.contribution_minor))
    return found if is_booked(use_case, out=found.direction == "CREDIT") else None


def freeze_booking(booking: Booking, counter: Account, on: Dated, *, reason_code: str = "", note: str = "") -> Payload:
    """The payload of the request, dated `on`, with the debit first."""
    amount, near, accrued = abs(booking.signed), booking.direction, booking.accrued
    at: dict[str, Account] = {"reconciled": booking.reconciled, "counter": counter}
    if booking.true_up:
        at["true_up"] = booking.true_up
    entries = [
        RequestedEntry(at[place].code, direction, minor) for place, direction, minor in legs_of(near, amount, accrued)
    ]
    r = PostingRequest(
        key=booking.key, use_case=booking.use_case, entries=entries, effective_on=on.effective_on,
        partner_reference=_reference(booking),
    )  # fmt: skip
    case = booking.case
    return freeze(r, on, {a.code: a for a in at.values()}, None) | {
        "accrued": None if accrued is None else {
            "account_id": counter.id, "direction": near, "on": booking.on.isoformat(), "amount_minor": str(accrued),
        },
        "kind": "book", "fingerprint": r.fingerprint().hex(), "behind": [], "case_id": case.id, "case": case.number,
        "lines": [booking.line.id], "bank_code": booking.line.code, "flow": "in" if booking.line.amount_minor > 0 else "out",
        "amount_minor": str(amount), "currency": case.currency, "reason_code": reason_code,
        "note": note,
    }  # fmt: skip


def policy_facts_of(payload: Mapping[str, object], reason_code: str) -> Facts:
    """What policy may look at, of a frozen booking."""
    entries: list[Payload] = payload["entries"]  # type: ignore[assignment]
    return {
        "use_case": payload["use_case"], "reason_code": reason_code, "account": sorted(e["account"] for e in entries),
        "asset": [payload["currency"]], "on": payload["effective_on"],
        "amounts": {str(payload["currency"]): payload["amount_minor"]},
        "bank_code": payload["bank_code"], "flow": payload["flow"],
    }  # fmt: skip


def _reference(booking: Booking) -> str:
    """The line's own where the matcher compared it by that; else the one that the matcher gave it, or its group."""
    line = booking.line
    own = booking.case.reference in (line.reference, line.reference_key)
    return line.reference if own and line.reference else booking.case.reference
