"""What a review states, as values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciliation.oversight.review.period import Period

AGES = ("under 1 day", "1 to 3 days", "3 to 7 days", "7 to 30 days", "over 30 days")
OLD = 2  # from this age on a case is old
PAIRS = ("commerce-provider", "provider-ledger", "ledger-bank", "provider-log")
H, M = 3600, 60
GOALS: Mapping[str, tuple[str, int]] = {
    "confirmed": ("detected to confirmed", 4 * H),
    "posted": ("confirmed to posted", 5 * M),
    "settled": ("posted to settled", 36 * H),
    "resolved": ("case open to resolved", 120 * H),
    "decided": ("request to decision", 24 * H),
}
"""Step → its words, and the seconds that 95 of 100 should keep within."""


@dataclass(frozen=True, slots=True)
class AccountDays:
    """Settlement days of an account by verdict; drift is signed, gross and unexplained not, in minor units of its currency.
    `known`: days that a check has judged."""

    code: str
    name: str
    currency: str
    clean: int
    drifted: int
    timing: int
    unknown: int
    drift: int
    gross: int
    unexplained: int
    known: int


@dataclass(frozen=True, slots=True)
class Open:
    """Cases that stood open at an instant: (pair, currency) → rows and minor units without signs, and how many by age."""

    values: Mapping[tuple[str, str], tuple[int, int]]
    ages: tuple[int, ...]

    @property
    def count(self) -> int:
        return sum(self.ages)

    @property
    def old(self) -> int:
        """Those that stood open for 3 days and more."""
        return sum(self.ages[OLD:])

    def value(self, currency: str) -> int:
        """Of all pairs, in minor units of one currency."""
        return sum(minor for (_, own), (_, minor) in self.values.items() if own == currency)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that a step took: the median, the 95th percentile, and of how many."""

    median: int
    p95: int
    of: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """`count` things in a state for longer than `limit`, the first since `since`."""

    words: str
    limit: str
    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class CauseSum:
    """Differences of one cause in one currency, gross in minor units."""

    cause: int | None
    exception_class: str
    currency: str
    count: int
    gross: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one period. `trend` is what stood open at the end of each of the last 14 days of it, the oldest first."""

    period: Period
    accounts: tuple[AccountDays, ...]
    open: Open
    trend: tuple[Open, ...]
    payments: int
    overrides: Mapping[str, int]
    ended: int
    reopened: int
    times: Mapping[str, Took]
    stuck: tuple[Stuck, ...]
    causes: tuple[CauseSum, ...]

    @property
    def clean(self) -> int:
        return sum(a.clean for a in self.accounts)

    @property
    def drifted(self) -> int:
        return sum(a.drifted for a in self.accounts)

    @property
    def unknown(self) -> int:
        return sum(a.unknown for a in self.accounts)

    @property
    def days(self) -> int:
        """Account-days that have ended, whatever was found of them."""
        return sum(a.clean + a.drifted + a.timing + a.unknown for a in self.accounts)

    @property
    def known(self) -> bool:
        """Whether anything at all came or stood in the period. Of nothing, no zero is stated."""
        return bool(self.days or self.payments or self.ended or self.open.count)

    @property
    def per_thousand(self) -> int | None:
        """Overrides per 1,000 payments, in hundredths; None where no payment came."""
        return sum(self.overrides.values()) * 100_000 // self.payments if self.payments else None
