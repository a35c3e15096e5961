"""One STMTTRN of OFX, or one that is still pending (STMTTRNP), as a statement line."""

from datetime import date
from typing import NamedTuple

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.ofx_fields import require_once, signed_amount, stamp_of
from reconciliation.bank.formats.references import best, given
from reconciliation.bank.formats.statement import Finding, Kind, ParsedLine
from reconciliation.bank.formats.xml_tree import Node, inner, text

PENDING = "STMTTRNP"
PREFERENCE = ("REFNUM", "CHECKNUM")
KEPT = (*PREFERENCE, "SRVRTID", "PAYEEID", "CORRECTFITID", "CORRECTACTION")
KINDS: dict[str, Kind] = {"FEE": "fee", "SRVCHG": "fee", "INT": "interest"}
ACTIONS = {"REPLACE": "replaces", "DELETE": "takes back"}


class Movement(NamedTuple):
    """A transaction as written, with its line in the file; the currency of its list is known only behind it."""

    name: str
    node: Node
    number: int


def read_movement(found: Movement, position: int, currency: str, exponent: int) -> tuple[ParsedLine, Finding | None]:
    """The line, and a finding where it corrects another one. Refuses a missing FITID, date or amount, naming the line."""
    place = f"line {found.number} {found.name}"
    try:
        return _read(found, place, position, currency, exponent)
    except StatementRefused as refusal:
        raise refusal.within(place) from None


def _read(
    found: Movement, place: str, position: int, currency: str, exponent: int
) -> tuple[ParsedLine, Finding | None]:
    node, pending = found.node, found.name == PENDING
    require_once(node, "FITID", "TRNAMT", "DTPOSTED", "DTTRAN", "DTAVAIL", "TRNTYPE", "CURRENCY")
    bank_id, written = given(text(node, "FITID")), text(node, "TRNAMT")
    if not bank_id and not pending:
        raise StatementRefused("missing_field", "the transaction has no id of the bank", "FITID")
    if not written:
        raise StatementRefused("missing_field", "the transaction has no amount", "TRNAMT")
    amount = signed_amount(written, exponent, "TRNAMT")
    booked_on = _day(node, "DTTRAN" if pending else "DTPOSTED")
    if booked_on is None:
        raise StatementRefused("missing_field", "the transaction has no date", "DTTRAN" if pending else "DTPOSTED")
    references = {name: value for name in KEPT if (value := text(node, name))}
    name = text(node, "NAME") or text(inner(node, "PAYEE"), "NAME") or text(node, "EXTDNAME")
    side = "BANKACCTTO" if "BANKACCTTO" in node else "CCACCTTO"
    kind = text(node, "TRNTYPE")
    line = ParsedLine(
        place, position, best(references, PREFERENCE), bank_id, amount, text(inner(node, "CURRENCY"), "CURSYM") or currency,
        None if pending else _day(node, "DTAVAIL"), booked_on, kind, text(node, "MEMO") or name, references,
        status="PDNG" if pending else "BOOK", counterparty=name, counterparty_account=text(inner(node, side), "ACCTID"),
        kind=KINDS.get(kind, ""),
    )  # fmt: skip
    return line, _correction(references, place)


def _correction(references: dict[str, str], place: str) -> Finding | None:
    """The bank takes back what it said before under another id. Nothing is edited here, so both would count."""
    corrected = references.get("CORRECTFITID")
    if corrected is None:
        return None
    action = references.get("CORRECTACTION", "")
    verb = ACTIONS.get(action.upper(), f"corrects ({quoted(action)})")
    what = f"it {verb} the transaction {corrected[:80]}, which may be stored already: the two would count together"
    return Finding(place, what, "refuse", "correction")


def _day(node: Node, name: str) -> date | None:
    found = stamp_of(node, name)
    return found.on if found else None
