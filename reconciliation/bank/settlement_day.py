"""On which settlement day an instant falls, for the accounts that a posting touches."""

from collections.abc import Sequence
from datetime import date, datetime

from reconciliation.bank.models import BankPeriod


def settlement_day(ledger_account_ids: Sequence[int], at: datetime) -> date:
    """The day whose half-open period holds `at` on the reconciled account among those given; the UTC date when none is
    reconciled. With two reconciled accounts the later day holds: money is not claimed before either bank could move it."""
    days = BankPeriod.objects.filter(
        bank_account__ledger_account_id__in=ledger_account_ids, starts_at__lte=at, ends_at__gt=at
    ).values_list("day", flat=True)
    return max(days, default=at.date())
