"""One joined row of a checked day, as the table shows it."""

from typing import Any

from console.pages.links import Link
from console.pages.words import compared_as
from console.pages.written import amount
from ledger.models import Entry
from reconciliation.bank.models import BankLine
from reconciliation.drift.check_page import CheckPage
from reconciliation.drift.check_rows import ENTRIES, Joined

WORDS = {1: "reversed, cancels", 3: "twice", 4: "opposite sign", 5: "returned", 6: "amounts differ"}


def row_context(row: Joined, page: CheckPage, to: Link) -> dict[str, Any]:
    """entries and lines side by side with their difference; entries that stand behind a line without counting say
    so. A row that stands alone on a day without a verdict differs by nobody knows how much."""
    known = row.contribution if row.rule is not None or row.exception_class else None
    verdict, word = _compared(row)
    return {
        "key": row.reference, "compared": compared_as(row.compared, row.reference), "tone": _tone(row),
        "verdict": verdict, "word": word,
        "entries": [_entry(e, row, page, to) for e in row.entries] + [_entry(e, row, page, to,
        behind=True) for e in row.behind],
        "lines": [_line(x, page, to) for x in row.lines], "difference": amount(known, page.account.currency),
    }  # fmt: skip


def _compared(row: Joined) -> tuple[str, str]:
    if row.exception_class == "timing_skew":
        return "close", "expected in grace"
    if row.exception_class:
        one_sided = not row.entries or not row.lines
        side = "" if row.entries else "no POSTED entry" if row.behind else "no entry"
        return "one_sided" if one_sided else "differs", WORDS.get(row.rule or 0, "") or side or (
            "" if row.lines else "no line"
        )
    if row.rule is None:
        return "one_sided", "not matched"
    if row.rule == 1:
        return "equal", WORDS[1]
    if row.head[0] == ENTRIES or not row.entries:
        return "close", "counts elsewhere"
    many = len(row.entries) > 1 or len(row.lines) > 1
    return "equal", f"{_number(row.entries, 'entry', 'entries')}, {_number(row.lines, 'line', 'lines')}" if many else ""


def _number(rows: list[Any], one: str, many: str) -> str:
    return f"{len(rows)} {one if len(rows) == 1 else many}"


def _tone(row: Joined) -> str:
    if row.exception_class and row.exception_class != "timing_skew":
        return "unmatched"
    return "timing" if row.exception_class or row.counted else ""


def _entry(e: Entry, row: Joined, page: CheckPage, to: Link, *, behind: bool = False) -> dict[str, Any]:
    t = e.transaction
    sign = 1 if e.direction == page.account.ledger_account.normal_side else -1
    stands = "returned by the bank" if row.rule == 5 else "out of grace" if t.status == "POSTED" else t.status
    return {
        "ref": str(t), "href": to("ledger-transaction", t.public_id), "use_case": t.use_case,
        "payment_id": t.payment_id or "",
        "amount": amount(sign * int(e.amount_minor), page.account.currency), "effective_on": t.effective_on,
        "adjusts_on": t.adjusts_on,
        "counted_on": row.counted.get((e.transaction_id, e.leg), t.effective_on),
        "metadata": [(name, _text(value)) for name, value in sorted(t.metadata.items())][:8],
        "stands": f"{stands}, not counted here" if behind else "",
    }  # fmt: skip


def _text(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _line(x: BankLine, page: CheckPage, to: Link) -> dict[str, Any]:
    sign = 1 if page.account.ledger_account.normal_side == "DEBIT" else -1
    day = x.counts_on.isoformat()
    return {
        "ref": f"line {x.number}", "href": to("bank-lines", account=page.account.code, **{"from": day, "until": day}),
        "amount": amount(sign * int(x.amount_minor), page.account.currency), "value_on": x.counts_on, "code": x.code,
        "narrative": x.narrative,
    }  # fmt: skip
