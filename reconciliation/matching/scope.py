"""What a run is about: one bank account, some of its days, the pinned matcher version and the two as-of times."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger.tenancy import current_tenant
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.errors import CannotBe
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.rules import Terms

FORMS = {
    "letters_and_digits": {
        "entry_key": "coalesce(nullif(t.reference_key, ''), 'TX' || t.id)",
        "entry_column": "t.reference_key",
        "line_column": "b.reference_key",
        "line_key": "CASE WHEN b.reference_key <> '' THEN b.reference_key ELSE 'LINE' || b.id END",
    },
    "exact": {
        "entry_key": "coalesce(nullif(t.partner_reference, ''), 'TX' || t.id) COLLATE \"C\"",
        "entry_column": "t.partner_reference",
        "line_column": "b.reference",
        "line_key": "CASE WHEN b.reference <> '' THEN b.reference ELSE 'LINE' || b.id END COLLATE \"C\"",
    },
}
FROM_NARRATIVE = (
    "CASE WHEN b.reference_key <> '' THEN b.reference_key "
    "ELSE coalesce(nullif(reference_key(substring(b.narrative FROM %(pattern)s)), ''), 'LINE' || b.id) END"
)


@dataclass(frozen=True, slots=True)
class Days:
    """The account's settlement days by ordinal and by date. `graces`: of each, the days of grace of its calendar version."""

    days: tuple[date, ...]
    first_ordinal: int
    graces: tuple[int, ...]
    starts: tuple[datetime, ...]

    def ordinal(self, on: date) -> int:
        """The banking day a date counts to: the last one that starts on or before it. Raises BadInput before the first."""
        place = bisect_right(self.days, on) - 1
        if place < 0:
            raise CannotBe(f"{on} lies before the account's first settlement day {self.days[0]}", "day")
        return self.first_ordinal + place

    def day(self, ordinal: int) -> date:
        return self.days[ordinal - self.first_ordinal]

    def grace_of(self, ordinal: int) -> int:
        """How many banking days a counterpart of this day may take. A version to come changes no day before it."""
        return self.graces[ordinal - self.first_ordinal]

    def ordinal_at(self, at: datetime) -> int:
        """The ordinal of the settlement day that an instant falls into, half-open at the cut-over."""
        return self.first_ordinal + max(bisect_right(self.starts, at) - 1, 0)


@dataclass(frozen=True, slots=True)
class Scope:
    """A run's fixed inputs. Days are ordinals, both ends included."""

    account: BankAccount
    days: Days
    first: int
    last: int
    matcher: MatcherVersion
    ledger_as_of: datetime
    statement_as_of: datetime
    run_id: int
    decision_id: int

    @property
    def sign(self) -> int:
        """o of STORIES: +1 for a debit-normal account, −1 for a credit-normal one; from normal_side alone."""
        return 1 if self.account.ledger_account.normal_side == "DEBIT" else -1

    @property
    def grace(self) -> int:
        """In banking days; over days of two calendar versions, that of the last one."""
        return self.days.grace_of(self.last)

    @property
    def terms(self) -> Terms:
        return Terms(self.grace, self.days.ordinal_at(self.ledger_as_of), -self.sign)

    @property
    def tolerance(self) -> int:
        """The matcher version's amount tolerance for the account's asset, in minor units; 0 where none is set."""
        return int(self.matcher.amount_tolerance.get(self.account.currency, 0))

    @property
    def forms(self) -> dict[str, str]:
        forms = FORMS[self.matcher.reference_form]
        return forms | {"line_key": FROM_NARRATIVE} if self.matcher.narrative_pattern else forms

    @property
    def values(self) -> dict[str, Any]:
        return {
            "tenant": current_tenant(),
            "bank_account": self.account.id,
            "ledger_account": self.account.ledger_account_id,
            "normal_side": self.account.ledger_account.normal_side,
            "sign": self.sign,
            "first": self.first,
            "last": self.last,
            "grace": self.grace,
            "days": list(self.days.days),
            "first_ordinal": self.days.first_ordinal,
            "ledger_as_of": self.ledger_as_of,
            "statement_as_of": self.statement_as_of,
            "pattern": self.matcher.narrative_pattern,
            "run": self.run_id,
            "decision": self.decision_id,
            "again": False,
        }


def days_of(account: BankAccount) -> Days:
    """The account's stored settlement days. Raises BadInput when none are stored."""
    rows = list(
        BankPeriod.objects.filter(bank_account=account)
        .order_by("ordinal")
        .values_list("day", "ordinal", "grace_days", "starts_at")
    )
    if not rows:
        raise CannotBe(f"{account.code} has no settlement days: its calendar is not set up", "account")
    return Days(tuple(r[0] for r in rows), rows[0][1], tuple(r[2] for r in rows), tuple(r[3] for r in rows))
