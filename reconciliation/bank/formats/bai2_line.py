"""BAI2 record 16: one transaction. Layout: type, amount, funds type with its dates or parts, bank reference, customer
reference, text; the text may hold commas and go on in 88 records."""

import re
from datetime import date

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import MAX_DIGITS, quoted
from reconciliation.bank.formats.bai2_records import Record
from reconciliation.bank.formats.dates import short_date
from reconciliation.bank.formats.kinds import bai2_kind
from reconciliation.bank.formats.references import given
from reconciliation.bank.formats.statement import ParsedLine

_UNSIGNED = re.compile(r"[0-9]+")
_SIGNED = re.compile(r"[+-]?[0-9]+")
_NAMED = re.compile(r"(EREF|CREF|IDNM|REMI|CRNM|DBNM|CACT|DACT|CHKN): ?(.*)")
_CUSTOM_CREDIT, _CUSTOM_DEBIT = range(920, 960), range(960, 1000)


def read_detail(record: Record, number: int, currency: str, booked_on: date | None) -> ParsedLine | None:
    """The line of a 16 record; None for type 890, which carries no money. Refuses unknown types and bad amounts."""
    head, texts = _split(record)
    type_code = head[0]
    if type_code == "890":
        return None
    value_on, rest = _availability(head[2:])
    bank, customer = (*rest, "", "")[:2]
    names = _names(texts)
    references = {"bank_reference": bank, "customer_reference": customer, **names}
    sign = _sign(type_code)
    return ParsedLine(
        f"line {record.number}",
        number,
        given(names.get("EREF", "")) or given(customer) or given(names.get("CREF", "")),
        given(bank),
        sign * amount_of(head[1], signed=False),
        currency,
        value_on,
        booked_on,
        type_code,
        " ".join(" ".join(texts).split()),
        {name: text for name, text in references.items() if text},
        counterparty=names.get("CRNM" if sign < 0 else "DBNM", ""),
        counterparty_account=names.get("CACT" if sign < 0 else "DACT", ""),
        kind=bai2_kind(type_code),
    )


def amount_of(text: str, signed: bool) -> int:
    """BAI2 amounts are minor units already; only summaries may carry a sign. Refuses `bad_amount`."""
    if not (_SIGNED if signed else _UNSIGNED).fullmatch(text) or len(text) > MAX_DIGITS:
        raise StatementRefused("bad_amount", f"{quoted(text)} is not an amount in minor units", "amount")
    return int(text)


def skip_funds(fields: list[str], at: int) -> int:
    """Where the field behind a funds type and its parts stands; `at` points to the funds type."""
    funds = fields[at] if at < len(fields) else ""
    if funds == "V":
        return at + 3
    if funds == "S":
        return at + 4
    if funds == "D":
        count = fields[at + 1] if at + 1 < len(fields) else ""
        if not _UNSIGNED.fullmatch(count) or len(count) > 3:
            raise StatementRefused("bad_record", f"{quoted(count)} is not a number of distributions", "funds type")
        return at + 2 + 2 * int(count)
    if funds not in ("", "0", "1", "2", "Z"):
        raise StatementRefused("bad_record", f"{quoted(funds)} is not a funds type", "funds type")
    return at + 1


def _split(record: Record) -> tuple[list[str], list[str]]:
    """Head fields up to the customer reference, and the texts: the rest of the segment, then one per continuation."""
    joined: list[str] = []
    for position, segment in enumerate(record.segments):
        joined.append(segment)
        fields = ",".join(joined).split(",")
        if len(fields) < 3:
            continue
        end = skip_funds([part.strip() for part in fields], 2) + 2
        if len(fields) > end or position + 1 == len(record.segments):
            head = [part.strip() for part in fields[:end]]
            text = ",".join(fields[end:]).strip()
            return head, [part for part in (text, *record.segments[position + 1 :]) if part.strip()]
    raise StatementRefused("bad_record", "a transaction needs a type, an amount and a funds type")


def _availability(fields: list[str]) -> tuple[date | None, list[str]]:
    """The value date of funds type V, and the fields behind the availability."""
    funds = fields[0] if fields else ""
    value_on = short_date(fields[1]) if funds == "V" and len(fields) > 1 and fields[1] else None
    return value_on, fields[skip_funds(fields, 0) :]


def _sign(type_code: str) -> int:
    """100-399 credit, 400-699 debit, 700-799 loans (760 is paid out), 920-959 and 960-999 by agreement with the
    bank."""
    number = int(type_code) if re.fullmatch("[0-9]{3}", type_code) else 0
    if 100 <= number <= 399 or number in _CUSTOM_CREDIT or 720 <= number <= 728 or number in (706, 708):
        return 1
    if 400 <= number <= 699 or number in _CUSTOM_DEBIT or number == 760:
        return -1
    raise StatementRefused("bad_type", f"{quoted(type_code)} is not a transaction type code", "type code")


def _names(texts: list[str]) -> dict[str, str]:
    """Texts of the form `EREF: 1111`, one to a continuation."""
    found = (_NAMED.fullmatch(text.strip()) for text in texts)
    return {match[1]: match[2].strip() for match in found if match and match[2].strip()}
