"""One Ntry interpreted: its own figures, before the single payments inside it are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount, quoted
from reconciliation.bank.formats.camt053_fields import charge_of, sign_of
from reconciliation.bank.formats.camt053_texts import DetailTexts, Written
from reconciliation.bank.formats.dates import iso_date
from reconciliation.bank.formats.statement import Status

_STATUSES: dict[str, Status] = {"BOOK": "BOOK", "PDNG": "PDNG", "INFO": "INFO", "FUTR": "FUTR"}


@dataclass(slots=True)
class Entry:
    """The fields of one Ntry, amounts in minor units."""

    number: int
    amount: int
    currency: str
    exponent: int
    status: Status
    reversal: bool
    booked_on: date | None
    value_on: date | None
    code: str
    proprietary: str
    narrative: str
    references: dict[str, str]
    charge: int | None


def read_entry(written: Written, number: int, exponents: Mapping[str, int]) -> Entry:
    """Refuses a missing or unreadable Amt, CdtDbtInd, Sts or date, with the field as `where`."""
    texts = written.texts
    if not texts.amount and not texts.currency:
        raise StatementRefused("missing_field", "the entry has no amount", "Amt")
    try:
        exponent = exponent_of(texts.currency, exponents)
        magnitude = parse_amount(texts.amount, exponent)
    except StatementRefused as refusal:
        raise refusal.within("Amt") from None
    status = _STATUSES.get(texts.status)
    if status is None:
        raise StatementRefused("bad_status", f"{quoted(texts.status)} is none of BOOK, PDNG, INFO, FUTR", "Sts")
    return Entry(
        number,
        sign_of(texts.direction) * magnitude,
        texts.currency,
        exponent,
        status,
        texts.reversal in ("true", "1"),
        _day(texts.booked_on, "BookgDt") if texts.booked_on else None,
        _day(texts.value_on, "ValDt") if texts.value_on else None,
        texts.code,
        texts.proprietary,
        texts.narrative,
        written.references,
        charge_of(written.charges, texts.currency, exponent) if written.charges else None,
    )


def detail_amount(entry: Entry, texts: DetailTexts) -> int | None:
    """Signed amount of a detail in the entry's currency, None when it carries none."""
    if not texts.amount or texts.currency != entry.currency:
        return None
    try:
        magnitude = parse_amount(texts.amount, entry.exponent)
    except StatementRefused as refusal:
        raise refusal.within("TxDtls Amt") from None
    sign = sign_of(texts.direction, "TxDtls CdtDbtInd") if texts.direction else (1 if entry.amount >= 0 else -1)
    return sign * magnitude


def _day(text: str, field: str) -> date:
    try:
        return iso_date(text)
    except StatementRefused as refusal:
        raise refusal.within(field) from None
