"""The bank's pages as templates take them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse

from console.display import moment, near_day, short_day
from console.pages.coverage import open_questions, short
from console.pages.links import link
from console.pages.paging import pager
from console.pages.words import new_key, plural
from console.pages.written import amount
from ledger.actors import Actor
from ledger.keyset import Page
from reconciliation.bank.bank_page import FILES, mark
from reconciliation.bank.expected import Fate
from reconciliation.bank.formats.detect import FORMATS
from reconciliation.bank.models import BankAccount, BankImport, BankLine
from reconciliation.cases.ledger_page import Standing
from reconciliation.permissions import Permission, allowed, holders

LABELS = {"camt053": "camt.053", "mt940": "MT940", "bai2": "BAI2", "csv": "CSV", "ofx": "OFX"}
WAITING = ("received", "read")


def who_imports(actor: Actor) -> str:
    """Why this reader may not import; "" when they may."""
    if allowed(actor, Permission.IMPORT_STATEMENT):
        return ""
    roles = ", ".join(role.replace("_", " ") for role in holders(Permission.IMPORT_STATEMENT) if role != "job")
    return f"Importing needs the role {roles}; you act as {actor.role.replace('_', ' ')}."


def came_before(made: BankImport) -> str:
    """What an upload of bytes that are here already says: which import stands for them, and that nothing changed."""
    if made.state == BankImport.State.IMPORTED:
        return f"The same file was imported {moment(made.ended_at)} UTC; this upload changed nothing."
    return f"The same file came {moment(made.received_at)} UTC and waits here; this upload changed nothing."


def bank_page(
    accounts: Sequence[BankAccount], files: Sequence[BankImport], profiles: Sequence[str], coverage: dict[str, Any],
    imp: dict[str, Any] | None, actor: Actor, errors: Sequence[str] = (), chosen: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """templates/bank/bank.html. `chosen` is what was posted, when it comes back with errors."""
    waiting = [f for f in files if f.state in WAITING]
    title, sub = heading(accounts, waiting, coverage)
    return {
        "title": title, "sub": sub, "lines_href": link("bank-lines") if accounts else None,
        "suspense_href": link("suspense") if accounts else None,
        "gaps_href": link("model-gaps") if accounts else None,
        "profiles_href": link("bank-profiles") if allowed(actor, Permission.VIEW_SETTINGS) else "",
        "upload": upload(accounts, profiles, actor, errors, chosen or {}), "imp": imp, "coverage": coverage,
        "waiting": [_file(f) for f in waiting if not imp or imp["href"] != _href(f)],
    }  # fmt: skip


def ended_context(ended: Page[BankImport], first: str) -> dict[str, Any]:
    """The files that ended, of templates/bank/bank.html. `first`: how many the pages before hold."""
    marks = [str(f.public_id) for f in ended.rows]
    return {"recent": [_file(f) for f in ended.rows], "page": pager(ended, marks, {"n": first}, FILES)}


def heading(
    accounts: Sequence[BankAccount], waiting: Sequence[BankImport], coverage: dict[str, Any]
) -> tuple[str, str]:
    """The answer to "is every statement here?", and the day that presses most."""
    if not accounts:
        return "Bank: no account is set up", "Statements are read against a bank account."
    missing = open_questions(coverage)
    month = coverage["title"]
    if missing:
        name, day = missing[0]
        sub = f"{name}, {near_day(day['on'])}: {day['says']}. The day stays unknown until a statement settles it."
    else:
        sub = f"No statement of {month} is overdue."
    if waiting:
        number = len(waiting)
        return f"Bank: {plural(number, 'import')} {'waits' if number == 1 else 'wait'} for you", sub
    if missing:
        number = len(missing)
        return f"Bank: {plural(number, 'day')} of {month} {'is' if number == 1 else 'are'} not covered", sub
    return "Bank: every statement is here", sub


def upload(
    accounts: Sequence[BankAccount], profiles: Sequence[str], actor: Actor, errors: Sequence[str],
    chosen: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """The upload form of templates/bank/bank.html"""
    formats = [("auto", "found by content"), *((f, LABELS.get(f, f)) for f in FORMATS)]
    return {
        "href": reverse("bank-import-new"), "key": new_key(), "errors": list(errors),
        "why_not": who_imports(actor) or ("" if accounts else "Set up a bank account first."),
        "accounts": [
            {"value": b.code, "label": f"{b.name} {short(b.number)}", "on": b.code == chosen.get("account")}
            for b in accounts
        ],
        "formats": [{"value": f, "label": label, "on": f == chosen.get("format")} for f, label in formats],
        "profiles": [{"value": p, "label": p} for p in profiles],
    }  # fmt: skip


def _href(made: BankImport) -> str:
    return reverse("bank-import", args=[made.public_id])


def _file(made: BankImport) -> dict[str, Any]:
    first, until = made.from_on, made.until_on  # type: ignore[attr-defined]
    days = [first, until - timedelta(days=1)] if first else []
    return {
        "file_name": made.file_name, "href": _href(made), "account": made.bank_account.name,
        "days": " to ".join(dict.fromkeys(short_day(d) for d in days)), "lines": made.new_line_count,
        "received_at": made.received_at, "imported_at": made.ended_at or made.received_at, "by": made.received_by,
        "state": made.state,
    }  # fmt: skip


def lines_page(
    accounts: Sequence[BankAccount], account: BankAccount, page: Page[BankLine], standing: Mapping[int, Standing],
    asked: Mapping[str, str], fates: Mapping[int, Fate],
) -> dict[str, Any]:  # fmt: skip
    """templates/bank/lines.html"""
    return {
        "title": f"Lines of {account.name}",
        "sub": f"{account.partner} {account.number}, newest day first, as the bank signs them: money in +.",
        "asset": account.currency, "list_href": reverse("bank"),
        "filters": {
            "href": reverse("bank-lines"), **asked,
            "accounts": [{"value": b.code, "label": b.name, "on": b.id == account.id} for b in accounts],
        },
        "rows": [_line(x, account.currency, standing.get(x.id, Standing()), fates.get(x.id)) for x in page.rows],
        "page": pager(page, [mark(x) for x in page.rows], {**asked, "account": account.code}),
    }  # fmt: skip


FATES: Mapping[Fate, str] = {
    "expected": "expected, seen intraday",
    "booked": "seen intraday, booked since",
    "expired": "seen intraday, not booked by the day's end",
}


def _uncounted(x: BankLine, fate: Fate | None) -> str:
    if fate is not None:
        return FATES[fate]
    return "not booked" if x.status != "BOOK" else "counts nowhere"


def _line(x: BankLine, asset: str, standing: Standing, fate: Fate | None) -> dict[str, Any]:
    made = x.statement.bank_import
    return {
        "key": mark(x), "on": x.counts_on, "booked_on": x.booked_on if x.booked_on != x.counts_on else None,
        "number": x.number, "statement": x.statement.statement_ref or made.file_name, "href": _href(made),
        "reference": x.reference, "narrative": x.narrative, "counterparty": x.counterparty, "code": x.code,
        "status": "" if x.counts else _uncounted(x, fate),
        "amount": amount(x.amount_minor, asset), "rule": standing.rule,
        "case": {"ref": f"C-{standing.case}", "href": link("exception-case", standing.case)} if standing.case else None,
    }  # fmt: skip
