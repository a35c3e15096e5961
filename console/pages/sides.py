"""The two sides of a case, compared field by field, differences first."""

from collections.abc import Callable
from datetime import date
from typing import Any

from console.comparing import differing_parts
from console.display import day as full_day
from console.display import moment, money
from console.pages.links import Link
from console.pages.written import amount
from ledger.models import Entry
from reconciliation.bank.models import BankLine
from reconciliation.cases.case_page import CasePage

ORDER = {"differs": 0, "close": 1, "equal": 2, "one_sided": 3}
NAMES = ("payee", "beneficiary", "customer", "name")
Row = dict[str, Any]


def sides_context(page: CasePage, to: Link) -> dict[str, Any]:
    """What templates/exceptions/parts/sides.html names. The first row of each side stands for it; a group of several is
    listed above, with its sums. to: the links that the reader may follow."""
    entry = next(iter([*page.own, *page.behind]), None)
    line = next(iter(page.lines), None)
    rows = sorted(_rows(page, entry, line), key=lambda row: ORDER[row["verdict"]])
    return {
        "says": _says(rows, resolved=page.case.state == "resolved"), "left": _left(entry, to), "right": _right(page, line, to),
        "rows": rows,
        **_group(page, to),
    }  # fmt: skip


def _says(rows: list[Row], *, resolved: bool) -> str:
    count = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in ORDER}
    said = [f"{count['differs'] or 'no'} {'field differs' if count['differs'] == 1 else 'fields differ'}"]
    said += [f"{count['close']} {'is' if count['close'] == 1 else 'are'} close"] * bool(count["close"])
    rest = count["equal"] + count["one_sided"]
    seen = ", as the last run saw it" if resolved else ""
    return f"{', '.join(said)}, {rest} more agree or stand on one side; differences first{seen}"


def _left(entry: Entry | None, to: Link) -> dict[str, str]:
    if entry is None:
        return {"title": "Ledger, what we recorded", "under": "no transaction", "href": ""}
    transaction = entry.transaction
    return {
        "title": "Ledger, what we recorded",
        "under": str(transaction),
        "href": to("ledger-transaction", transaction.public_id),
    }


def _right(page: CasePage, line: BankLine | None, to: Link) -> dict[str, str]:
    title = f"Bank, what {page.case.account.partner} reports"
    if line is None:
        return {"title": title, "under": "no line", "href": ""}
    statement = line.statement.sequence or line.statement.statement_ref or str(line.statement_id)
    under = f"statement {statement}, line {line.number:,} of {line.statement.line_count:,}"
    return {"title": title, "under": under, "href": _line_href(page, line, to)}


def _line_href(page: CasePage, line: BankLine, to: Link) -> str:
    day = line.counts_on.isoformat()
    return to("bank-lines", account=page.case.account.code, **{"from": day, "until": day})


def _group(page: CasePage, to: Link) -> dict[str, Any]:
    """The rows of an N:M group and their sums; nothing for one row a side."""
    if len(page.own) < 2 and len(page.lines) < 2:
        return {"group": [], "sums": []}
    asset = page.case.currency
    rows = [
        {"ref": str(e.transaction), "href": to("ledger-transaction", e.transaction.public_id), "side": "ledger",
         "text": f"{e.transaction.use_case} {e.transaction.payment_id or ''}", "amount": amount(page.signed(e), asset)}
        for e in page.own
    ] + [
        {"ref": f"line {x.number}", "href": _line_href(page, x, to), "side": "bank", "text": x.narrative,
        "amount": amount(page.moved(x), asset)}
        for x in page.lines
    ]  # fmt: skip
    ledger, bank = sum(page.signed(e) for e in page.own), sum(page.moved(x) for x in page.lines)
    sums = [
        {"label": "Sum of the ledger's rows", "amount": amount(ledger, asset), "is_difference": False},
        {"label": "Sum of the bank's rows", "amount": amount(bank, asset), "is_difference": False},
        {"label": "Difference", "amount": amount(ledger - bank, asset), "is_difference": True},
    ]
    return {"group": rows, "sums": sums}


def _row(field: str, left: Any, right: Any, verdict: str = "", word: str = "", *, is_id: bool = False) -> Row:
    """One field. Without a verdict: equal texts are equal, a missing one is one-sided, all else differs with its
    characters marked."""
    if not verdict:
        verdict = "one_sided" if not left or not right else "equal" if left == right else "differs"
    if (
        verdict in ("differs", "close")
        and isinstance(left, str)
        and isinstance(right, str)
        and left
        and right
        and is_id
    ):
        left, right = differing_parts(left, right)
    return {"field": field, "left": left, "right": right, "verdict": verdict, "word": word, "is_id": is_id}


def _rows(page: CasePage, entry: Entry | None, line: BankLine | None) -> list[Row]:
    if entry is None and line is None:
        return []
    made: list[Callable[[CasePage, Entry | None, BankLine | None], Row | None]] = [
        _counterpart, _status, _amount, _direction, _reference, _value_date, _batch, _payee, _charge, _payment,
        _use_case, _narrative,
    ]  # fmt: skip
    rows = [
        row for row in (make(page, entry, line) for make in made) if row is not None and (row["left"] or row["right"])
    ]
    return rows + (_metadata(entry) if entry is not None else [])


def _counterpart(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row | None:
    if entry is not None and line is not None:
        return None
    if line is None:
        expected = page.case.exception_class == "timing_skew"
        return _row(
            "Counterpart",
            "stands in the ledger",
            "not here yet, in grace" if expected else "no line came",
            "close" if expected else "differs",
        )
    return _row("Counterpart", "no transaction of ours", "stands in the statement", "differs")


def _status(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row:
    left = ""
    if entry is not None:
        t = entry.transaction
        left = f"{t.status} since {moment(t.posted_at or t.recorded_at)}" if t.status != "FAILED" else "FAILED"
    right = f"booked {full_day(line.booked_on or line.counts_on)}" if line is not None else ""
    if not left or not right:
        return _row("Status", left, right)
    counts = entry in page.own
    return _row("Status", left, right, "equal" if counts else "differs", "" if counts else "not counted")


def _amount(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row:
    exponent, asset = amount(0, page.case.currency).exponent, page.case.currency
    counted = page.own or page.behind
    ledger = abs(sum(page.signed(e) for e in counted)) if entry is not None else None
    bank = abs(sum(page.moved(x) for x in page.lines)) if line is not None else None
    left = f"{money(ledger, exponent)} {asset}" if ledger is not None else ""
    right = f"{money(bank, exponent)} {asset}" if bank is not None else ""
    return _row("Amount", left, right, is_id=False)


def _direction(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row:
    left = right = ""
    ours = theirs = False
    if entry is not None:
        ours = page.signed(entry) * page.sign > 0
        left = f"money {'in' if ours else 'out'}, {entry.direction} on {page.case.account.ledger_account.code}"
    if line is not None:
        theirs = line.amount_minor > 0
        right = f"money {'in' if theirs else 'out'}, {'CRDT' if theirs else 'DBIT'}"
    verdict = "" if not left or not right else "equal" if ours == theirs else "differs"
    return _row("Direction", left, right, verdict, "opposite" if verdict == "differs" else "")


def _reference(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row:
    left = (entry.transaction.partner_reference or "") if entry is not None else ""
    right = line.reference if line is not None else ""
    if (
        entry is not None
        and line is not None
        and left != right
        and entry.transaction.reference_key == line.reference_key
    ):
        return _row("Partner reference", left, right, "close", "same letters and digits", is_id=True)
    return _row("Partner reference", left, right, is_id=True)


def _value_date(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row:
    ours: date | None = entry.transaction.effective_on if entry is not None else None
    theirs: date | None = line.counts_on if line is not None else None
    planned = entry is not None and entry.transaction.status == "PENDING"
    left = f"{full_day(ours)}, {'planned' if planned else 'effective'}" if ours else ""
    right = full_day(theirs) if theirs else ""
    if ours is None or theirs is None:
        return _row("Value date", left, right)
    apart = abs((ours - theirs).days)
    return _row(
        "Value date",
        left,
        right,
        "close" if apart else "equal",
        f"{apart} {'day' if apart == 1 else 'days'} apart" if apart else "",
    )


def _batch(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row | None:
    left = (entry.transaction.batch_reference or "") if entry is not None else ""
    right = line.batch_reference if line is not None else ""
    return _row("Batch", left, right, is_id=True) if left or right else None


def _payee(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row | None:
    metadata = entry.transaction.metadata if entry is not None else {}
    left = next((str(metadata[name]) for name in NAMES if metadata.get(name)), "")
    right = line.counterparty if line is not None else ""
    if not left and not right:
        return None
    if not left or not right:
        return _row("Payee", left, right)
    same = left.casefold() == right.casefold()
    return _row("Payee", left, right, "equal" if same else "close", "" if same else "not alike", is_id=not same)


def _charge(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row | None:
    if line is None or line.charge_minor is None:
        return None
    figure = amount(line.charge_minor, page.case.currency)
    return _row("Charge in the line", "", f"{money(figure.minor, figure.exponent)} {figure.asset}")


def _payment(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row:
    return _row("Payment", (entry.transaction.payment_id or "") if entry is not None else "", "", is_id=True)


def _use_case(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row:
    left, right = entry.transaction.use_case if entry is not None else "", line.code if line is not None else ""
    return _row("Use case, bank code", left, right, "one_sided", is_id=True)


def _narrative(page: CasePage, entry: Entry | None, line: BankLine | None) -> Row | None:
    return _row("Narrative", "", line.narrative) if line is not None and line.narrative else None


def _metadata(entry: Entry) -> list[Row]:
    kept = [(name, value) for name, value in sorted(entry.transaction.metadata.items()) if name not in NAMES]
    return [_row(name, str(value)[:120], "") for name, value in kept[:8]]
