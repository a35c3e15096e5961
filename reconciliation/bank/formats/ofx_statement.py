"""One STMTRS or CCSTMTRS of OFX: whose account, which days, and what its single balance can prove.

OFX states the balance at the end and none at the beginning. The opening is worked out backwards from it, so that it adds
up by construction and proves nothing by itself: only a statement before it that closed on that very figure does.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of
from reconciliation.bank.formats.ofx_fields import Stamp, require_once, signed_amount, stamp_of
from reconciliation.bank.formats.ofx_line import Movement, read_movement
from reconciliation.bank.formats.statement import OPENING_DERIVED, PAGES_AFTER, Finding, ParsedLine, ParsedStatement
from reconciliation.bank.formats.verify import verify_statement
from reconciliation.bank.formats.xml_tree import Node, inner, text

ONE = timedelta(days=1)
Balance = tuple[int, Stamp] | None


def read_statement(
    node: Node, number: int, movements: Sequence[Movement], exponents: Mapping[str, int]
) -> ParsedStatement:
    """The statement of a finished STMTRS with the transactions before it. Refuses a missing account, currency, range or an
    unreadable field, naming the line."""
    place = f"line {number}"
    try:
        require_once(node, "CURDEF", "BANKACCTFROM", "CCACCTFROM", "BANKTRANLIST", "LEDGERBAL")
        currency = text(node, "CURDEF")
        exponent = exponent_of(currency, exponents)
        account = _account(node)
        begins, ends = _range(node)
        balance = _balance(node, exponent)
    except StatementRefused as refusal:
        raise refusal.within(place) from None
    read = [read_movement(m, n, currency, exponent) for n, m in enumerate(movements, 1)]
    lines = [line for line, _ in read]
    findings = [finding for _, finding in read if finding is not None]
    last = _last_day(begins, ends, lines)
    opening, closing, closing_on = _ends(balance, last, lines, place, findings)
    statement = ParsedStatement(
        account, currency, None, None, opening, begins.on - ONE, closing, closing_on, lines, findings
    )
    return verify_statement(statement, exponent, place)


def _account(node: Node) -> str:
    account = text(inner(node, "BANKACCTFROM"), "ACCTID") or text(inner(node, "CCACCTFROM"), "ACCTID")
    if not account:
        raise StatementRefused("no_account", "neither BANKACCTFROM nor CCACCTFROM names an account", "ACCTID")
    return account


def _range(node: Node) -> tuple[Stamp, Stamp]:
    """DTSTART and DTEND of the list. Without them nothing says which days it covers."""
    listed = inner(node, "BANKTRANLIST")
    require_once(listed, "DTSTART", "DTEND")
    found = [stamp_of(listed, name) for name in ("DTSTART", "DTEND")]
    begins, ends = found
    if begins is None or ends is None:
        raise StatementRefused("missing_field", "the list does not say which days it covers", "DTSTART, DTEND")
    if ends.on < begins.on:
        raise StatementRefused("bad_date", f"the list ends {ends.on}, before it begins {begins.on}", "DTEND")
    return begins, ends


def _balance(node: Node, exponent: int) -> Balance:
    """LEDGERBAL; what is available (AVAILBAL) is no balance of the book."""
    found = inner(node, "LEDGERBAL")
    require_once(found, "BALAMT", "DTASOF")
    written, stamp = text(found, "BALAMT"), stamp_of(found, "DTASOF")
    return (signed_amount(written, exponent, "BALAMT"), stamp) if written and stamp is not None else None


def _last_day(begins: Stamp, ends: Stamp, lines: Sequence[ParsedLine]) -> date:
    """The list ends before a midnight that it names, unless it holds a line of the day that begins there."""
    held = any(x.status == "BOOK" and x.booked_on == ends.on for x in lines)
    return ends.on - ONE if ends.is_midnight and ends.on > begins.on and not held else ends.on


def _ends(
    balance: Balance, last: date, lines: Sequence[ParsedLine], place: str, findings: list[Finding]
) -> tuple[int | None, int | None, date]:
    """(opening, closing, the day of the closing). A balance of a later day may hold what the list does not, and is no
    closing of it."""
    if balance is None:
        return None, None, last
    closing, at = balance
    on = at.on - ONE if at.is_midnight and at.on == last + ONE else at.on
    if on > last:
        what = f"its balance is of {on}, later than its list, which ends {last}"
        findings.append(Finding(place, what, "refuse", "balance_later"))
        return None, None, last
    if at.is_during_the_day:
        what = f"its balance is of {at.time[:2]}:{at.time[2:]} on {on}: more of the day may follow"
        findings.append(Finding(place, what, "check", PAGES_AFTER))
    moved = sum(x.amount for x in lines if x.status == "BOOK")
    what = "OFX states no opening balance: it follows from the closing one, and only a statement before it proves it"
    findings.append(Finding(place, what, "note", OPENING_DERIVED))
    return closing - moved, closing, min(on, last)
