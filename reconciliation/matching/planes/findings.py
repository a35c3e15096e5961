"""What a matcher of two planes says of one unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Pair = Literal["commerce-provider", "provider-ledger"]
Standing = Literal["matched", "expected", "open", "none"]
H = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """A matcher version's service levels and tolerances, and the instant it is asked for."""

    at: datetime
    pay_within: timedelta = 24 * H  # an order without a payment, a payment without an order
    confirm_within: timedelta = 6 * H  # money that was detected and is not confirmed
    post_within: timedelta = 24 * H  # confirmed money that is not posted
    parts_within: timedelta = 24 * H  # after the last part of a payment in parts
    tolerance: Mapping[str, int] = field(default_factory=dict)  # minor units by asset; matches rows, erases nothing
    underpaid_up_to: Mapping[str, int] = field(
        default_factory=dict
    )  # minor units by asset; closes a case, matches nothing

    @property
    def levels(self) -> tuple[timedelta, ...]:
        """Every time that something may wait for its counterpart."""
        return self.pay_within, self.confirm_within, self.post_within, self.parts_within


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference. `contribution` is the later plane less the earlier one, signed minor units of `asset`; it is 0 where
    amounts are not what differs. `rows` are (side, row id), as a case's rows are named. `ends`: the code with which a rule
    closes its case at once, "" when none does."""

    pair: Pair
    exception_class: str
    kind: str
    contribution: int
    asset: str
    reason: str
    rows: tuple[tuple[int, int], ...]
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One unit under one pair. `expected`: what is still to come is within its service level, so nothing is open."""

    standing: Standing
    difference: int
    findings: tuple[Finding, ...] = ()
    because: str = ""
