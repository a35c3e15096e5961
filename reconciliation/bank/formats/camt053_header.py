"""What stands around the entries of a Stmt: account, balances, totals, page number."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount
from reconciliation.bank.formats.camt053_fields import account_of, day_of, sign_of
from reconciliation.bank.formats.statement import PAGES_AFTER, PAGES_BEFORE, Finding, ParsedLine, ParsedStatement
from reconciliation.bank.formats.xml_tree import Node, every, inner, text


@dataclass(frozen=True, slots=True)
class Balance:
    """One Bal: its type code (OPBD, CLBD …), signed minor units, day."""

    code: str
    amount: int
    currency: str
    day: date | None


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One Stmt, and whether it says that it is page N of more (StmtPgntn; 0 when it does not say)."""

    parsed: ParsedStatement
    page: int
    last: bool


def read_header(
    found: Node,
    lines: list[ParsedLine],
    findings: list[Finding],
    entries: int,
    place: str,
    exponents: Mapping[str, int],
    *,
    report: bool = False,
) -> StatementPage:
    """The finished Stmt, or Rpt, with the lines already read. Refuses a missing account, and currencies that differ inside
    it."""
    balances = [_balance(child, exponents) for child in every(found, "Bal") if isinstance(child, dict)]
    account = account_of(inner(found, "Acct"))
    if not account:
        raise StatementRefused("no_account", "neither IBAN nor other identification", "Acct/Id")
    opening, closing = _ends(balances)
    findings.extend(_count_finding(found, entries, place))
    pages = inner(found, "StmtPgntn") or inner(found, "RptPgntn")
    number = text(pages, "PgNb")
    parsed = ParsedStatement(
        account=account,
        currency=_currency(text(inner(found, "Acct"), "Ccy"), balances, lines, exponents),
        statement_id=text(found, "Id") or None,
        sequence=text(found, "ElctrncSeqNb") or text(found, "LglSeqNb") or None,
        opening=opening.amount if opening else None,
        opening_on=opening.day if opening else None,
        closing=closing.amount if closing else None,
        closing_on=closing.day if closing else None if not report else _made_on(found, balances),
        lines=lines,
        findings=findings,
        duplicate_flag=text(found, "CpyDplctInd") in ("DUPL", "CODU"),
    )
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    last = text(pages, "LastPgInd") != "false"
    # A page's intermediate balance is checked where the pages are joined; without pages it says that more is to come.
    if report:
        return StatementPage(replace(parsed, intraday=True), page, last)
    if page <= 1 and opening is not None and opening.code == "ITBD":
        findings.append(Finding(place, "opens with an intermediate balance", "check", PAGES_BEFORE))
    if last and closing is not None and closing.code == "ITBD":
        findings.append(Finding(place, "closes with an intermediate balance", "check", PAGES_AFTER))
    return StatementPage(parsed, page, last)


def _made_on(found: Node, balances: list[Balance]) -> date | None:
    """The day that a report is of: its newest balance's, else the one it was made on."""
    return max((b.day for b in balances if b.day is not None), default=None) or day_of(found, "CreDtTm")


def _balance(found: Node, exponents: Mapping[str, int]) -> Balance:
    code = text(inner(found, "Tp", "CdOrPrtry"), "Cd")
    currency = text(found, "Ccy@")
    try:
        figure = parse_amount(text(found, "Amt"), exponent_of(currency, exponents))
        return Balance(code, sign_of(text(found, "CdtDbtInd")) * figure, currency, day_of(found, "Dt"))
    except StatementRefused as refusal:
        raise refusal.within(f"Bal {code}") from None


def _ends(balances: list[Balance]) -> tuple[Balance | None, Balance | None]:
    """Opening: OPBD, else the previous closing PRCD, else the first ITBD. Closing: CLBD, else the last ITBD."""
    by_code: dict[str, list[Balance]] = {}
    for balance in balances:
        by_code.setdefault(balance.code, []).append(balance)
    interim = by_code.get("ITBD", [])
    opened = by_code.get("OPBD") or by_code.get("PRCD")
    closed = by_code.get("CLBD")
    for same in (opened, closed):
        if same and any(other.amount != same[0].amount for other in same):
            raise StatementRefused("balances_differ", f"two {same[0].code} balances contradict each other", "Bal")
    opening = opened[0] if opened else (interim[0] if interim and (closed or len(interim) > 1) else None)
    closing = closed[-1] if closed else (interim[-1] if interim and (opened or len(interim) > 1) else None)
    return opening, closing


def _currency(named: str, balances: list[Balance], lines: list[ParsedLine], exponents: Mapping[str, int]) -> str:
    """The one currency of the account and its balances: currencies never add up, so a second is refused."""
    currency = named or (balances[0].currency if balances else "") or (lines[0].currency if lines else "")
    if not currency:
        raise StatementRefused("no_currency", "neither the account nor a balance nor an entry names one", "Acct/Ccy")
    exponent_of(currency, exponents)
    for balance in balances:
        if balance.currency != currency:
            raise StatementRefused(
                "currency_differs", f"{balance.currency}, the account {currency}", f"Bal {balance.code}"
            )
    return currency


def _count_finding(found: Node, entries: int, place: str) -> list[Finding]:
    told = text(inner(found, "TxsSummry", "TtlNtries"), "NbOfNtries")
    if not told.isascii() or not told.isdigit() or told.lstrip("0") == (str(entries) if entries else ""):
        return []
    what = f"the bank counts {told[:20]} entries, the file holds {entries}"
    return [Finding(place, what, "check", "entry_count_differs")]
