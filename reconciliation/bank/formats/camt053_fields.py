"""The small recurring parts of camt entries, details and balances."""

from datetime import date

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import parse_amount, quoted
from reconciliation.bank.formats.dates import iso_date
from reconciliation.bank.formats.xml_tree import Node, every, inner, text


def sign_of(direction: str, field: str = "CdtDbtInd") -> int:
    """CRDT → +1, DBIT → −1: the net direction, also for reversals. Refuses `bad_direction`."""
    if direction == "CRDT":
        return 1
    if direction == "DBIT":
        return -1
    raise StatementRefused("bad_direction", f"{quoted(direction)} is neither CRDT nor DBIT", field)


def day_of(node: Node, field: str) -> date | None:
    """The day of a date choice (Dt or DtTm), or of a plain field; None when there is none. Refuses `bad_date`."""
    choice = inner(node, field)
    written = text(choice, "Dt") or text(choice, "DtTm") or text(node, field)
    try:
        return iso_date(written) if written else None
    except StatementRefused as refusal:
        raise refusal.within(field) from None


def bank_code(node: Node) -> tuple[str, str]:
    """BkTxCd as ("PMNT/RCDT/ESCT", proprietary code); either may be ""."""
    codes = inner(node, "BkTxCd")
    if not codes:
        return "", ""
    domain = inner(codes, "Domn")
    family = inner(domain, "Fmly")
    parts = (text(domain, "Cd"), text(family, "Cd"), text(family, "SubFmlyCd"))
    return "/".join(part for part in parts if part), text(inner(codes, "Prtry"), "Cd")


def account_of(account: Node) -> str:
    """IBAN, else the other identification, of an account."""
    identity = inner(account, "Id")
    return text(identity, "IBAN") or text(inner(identity, "Othr"), "Id")


def charge_of(node: Node, currency: str, exponent: int) -> int | None:
    """Charges already netted into the amount beside them, as a positive magnitude; None when there are none.

    Version 02 repeats Chrgs with an Amt each, later ones hold Rcrd; a record with ChrgInclInd false is charged apart.
    """
    total, records = "", []
    for charges in every(node, "Chrgs"):
        if isinstance(charges, str):
            continue
        total = text(charges, "TtlChrgsAndTaxAmt") if text(charges, "Ccy@") == currency else ""
        own = [charges] if "Amt" in charges else [part for part in every(charges, "Rcrd") if isinstance(part, dict)]
        records.extend(own)
    if not records:
        return _charge_amount(total, exponent) or None if total else None
    netted = [record for record in records if text(record, "ChrgInclInd") not in ("false", "0")]
    if any(text(record, "Ccy@") != currency for record in netted):
        return None
    signs = (-1 if text(record, "CdtDbtInd") == "CRDT" else 1 for record in netted)
    amount = sum(s * _charge_amount(text(record, "Amt"), exponent) for s, record in zip(signs, netted, strict=True))
    return amount if amount > 0 else None


def _charge_amount(written: str, exponent: int) -> int:
    try:
        return parse_amount(written, exponent)
    except StatementRefused as refusal:
        raise refusal.within("Chrgs") from None
