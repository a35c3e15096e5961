"""One Ntry: its own fields, before the single payments inside it are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount, quoted
from reconciliation.bank.formats.camt053_detail import Detail
from reconciliation.bank.formats.camt053_fields import bank_code, charge_of, day_of, sign_of
from reconciliation.bank.formats.statement import Status
from reconciliation.bank.formats.xml_tree import Node, inner, text

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


def read_entry(found: Node, number: int, exponents: Mapping[str, int]) -> Entry:
    """The fields of a finished Ntry. Refuses a missing or unreadable Amt, CdtDbtInd, Sts or date, the field as
    `where`."""
    if "Amt" not in found:
        raise StatementRefused("missing_field", "the entry has no amount", "Amt")
    currency = text(found, "Ccy@")
    try:
        exponent = exponent_of(currency, exponents)
        magnitude = parse_amount(text(found, "Amt"), exponent)
    except StatementRefused as refusal:
        raise refusal.within("Amt") from None
    code, proprietary = bank_code(found)
    return Entry(
        number,
        sign_of(text(found, "CdtDbtInd")) * magnitude,
        currency,
        exponent,
        _status(found),
        text(found, "RvslInd") in ("true", "1"),
        day_of(found, "BookgDt"),
        day_of(found, "ValDt"),
        code,
        proprietary,
        text(found, "AddtlNtryInf"),
        _references(found),
        charge_of(found, currency, exponent) if "Chrgs" in found else None,
    )


def detail_amount(entry: Entry, detail: Detail) -> int | None:
    """Signed amount of a detail in the entry's currency, None when it carries none."""
    if not detail.amount or detail.currency != entry.currency:
        return None
    try:
        magnitude = parse_amount(detail.amount, entry.exponent)
    except StatementRefused as refusal:
        raise refusal.within("TxDtls Amt") from None
    sign = sign_of(detail.direction, "TxDtls CdtDbtInd") if detail.direction else (1 if entry.amount >= 0 else -1)
    return sign * magnitude


def _status(found: Node) -> Status:
    code = text(found, "Sts") or text(inner(found, "Sts"), "Cd")
    if code not in _STATUSES:
        raise StatementRefused("bad_status", f"{quoted(code)} is none of BOOK, PDNG, INFO, FUTR", "Sts")
    return _STATUSES[code]


def _references(found: Node) -> dict[str, str]:
    references = {name: text(found, name) for name in ("NtryRef", "AcctSvcrRef") if text(found, name)}
    batch = text(inner(found, "NtryDtls", "Btch"), "PmtInfId")
    if batch:
        references["PmtInfId"] = batch
    return references
