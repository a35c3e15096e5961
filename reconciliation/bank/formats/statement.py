"""What every reader returns, whatever the bank sent. Amounts are signed integer minor units, credit to us is +."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Status = Literal["BOOK", "PDNG", "INFO", "FUTR"]
Kind = Literal["", "fee", "interest", "adjustment"]
Level = Literal["refuse", "check", "note"]
# The codes of findings by which a statement says itself that it is not all of its stretch.
PAGES_BEFORE, PAGES_AFTER = "pages_before_missing", "pages_after_missing"
# The code of the finding that its opening balance is worked out from the closing one, and so proves nothing.
OPENING_DERIVED = "opening_derived"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know. `refuse`: the statement contradicts itself, its days cannot be called clean;
    `check`: a person should look; `note`: said for the record. `code` is stable, `what` is a sentence."""

    where: str
    what: str
    level: Level
    code: str


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One movement. `charge` is a bank charge already contained in `amount`, as a positive magnitude.

    `reference` is the best reference a partner gave ("" when none); `references` holds all raw ones by the bank's
    names; `bank_id` is what the bank says is unique. Only status BOOK counts. Times of day are dropped: a line has
    dates.
    """

    where: str
    number: int
    reference: str
    bank_id: str
    amount: int
    currency: str
    value_on: date | None
    booked_on: date | None
    code: str
    narrative: str
    references: dict[str, str] = field(default_factory=dict)
    status: Status = "BOOK"
    charge: int | None = None
    batch_reference: str = ""
    reversal: bool = False
    counterparty: str = ""
    counterparty_account: str = ""
    kind: Kind = ""


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One account, one stretch of days. `opening` and `closing` are None when the file does not give them. `intraday`: a
    report of a day that is not over, whose lines are all pending; its balances prove nothing."""

    account: str
    currency: str
    statement_id: str | None
    sequence: str | None
    opening: int | None
    opening_on: date | None
    closing: int | None
    closing_on: date | None
    lines: list[ParsedLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    duplicate_flag: bool = False
    intraday: bool = False
