"""The calendar of statements as its template takes it: which sign a day has, and what it says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from console.display import MONTHS, moment
from console.pages.links import link
from console.pages.words import in_major, plural
from ledger.assets import EXPONENTS
from reconciliation.bank.bank_page import Day
from reconciliation.bank.formats.amounts import written
from reconciliation.bank.models import BankAccount, BankImport

LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
STATES = {
    "complete": "complete",
    "missing": "missing",
    "broken": "gap",
    "partial": "partial",
    "discontinuous": "gap",
    "sequence_gap": "partial",
}
OPEN_QUESTIONS = ("missing", "gap", "partial")


def month_of(asked: str, today: date) -> tuple[date, date]:
    """The month that "2026-10" names, half-open; the one of `today` for anything else."""
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        first = today.replace(day=1)
    return first, _next(first)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def calendar(
    first: date, accounts: Sequence[BankAccount], covered: Mapping[int, Sequence[Day]],
    waiting: Sequence[BankImport], at: datetime, may_set_up: bool,
) -> dict[str, Any]:  # fmt: skip
    """templates/bank/parts/coverage.html"""
    previewed = {b.id: _previewed(b, waiting) for b in accounts}
    rows = [
        {"name": b.name, "note": short(b.number), "days": [_cell(b, d, previewed[b.id], at) for d in covered[b.id]]}
        for b in accounts
    ]
    before, after = (first - timedelta(days=1)).replace(day=1), _next(first)
    return {
        "title": f"{LONG_MONTHS[first.month - 1]} {first.year}",
        "days": [first + timedelta(days=n) for n in range((after - first).days)],
        "rows": rows,
        "earlier": _month(before) if any(b.opened_on < first for b in accounts) else None,
        "later": _month(after) if after <= at.date() else None,
        "setup_href": link("settings-banks") if may_set_up else "",
    }


def open_questions(coverage: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The days that are due and not complete, with their account's name, the oldest first."""
    found = [(row["name"], d) for row in coverage["rows"] for d in row["days"] if d["state"] in OPEN_QUESTIONS]
    return sorted(found, key=lambda pair: (pair[1]["on"], pair[0]))


def _month(first: date) -> dict[str, str]:
    return {"href": link("bank-coverage", m=f"{first:%Y-%m}"), "label": f"{MONTHS[first.month - 1]} {first.year}"}


def _previewed(account: BankAccount, waiting: Sequence[BankImport]) -> list[tuple[date, date, str]]:
    """The stretches, both ends included, that files in preview would cover, and where each file is."""
    return [
        (date.fromisoformat(s["from_on"]), date.fromisoformat(s["last_on"]), link("bank-import", made.public_id))
        for made in waiting
        if made.bank_account_id == account.id
        for s in made.shown.get("statements", ())  # type: ignore[attr-defined]
        if s["from_on"]
    ]


def _cell(account: BankAccount, d: Day, previewed: list[tuple[date, date, str]], at: datetime) -> dict[str, Any]:
    state, said = _state(d, at)
    says = in_major(said, account.currency)
    if d.expected is not None:
        state, says = (
            ("expected" if state in ("due", "future") else state),
            _with_expected(says, d.expected, account.currency),
        )
    shown = d.covered is not None and d.covered.state != "missing"
    href = _lines(account, d.on) if shown or d.expected is not None else ""
    if state in (*OPEN_QUESTIONS, "due", "expected"):
        for first, last, where in previewed:
            if first <= d.on <= last:
                return {"on": d.on, "state": "preview", "says": "", "href": where}
    return {"on": d.on, "state": state, "says": says, "href": href}


def _with_expected(says: str, expected: tuple[int, int], asset: str) -> str:
    """What was seen intraday, beside what the day says otherwise."""
    number, total = expected
    seen = f"{plural(number, 'line')} of {in_major(written(total, EXPONENTS[asset], asset), asset)} seen intraday, expected"
    return f"{says}; {seen}" if says else seen


def _state(d: Day, at: datetime) -> tuple[str, str]:
    """The sign of a day and, where the sign does not say it all, a sentence."""
    if d.covered is None:
        if d.before_opening:
            return "holiday", "before the account was opened"
        return ("future", "") if d.beyond_calendar else ("holiday", "")
    if d.covered.state == "complete":
        return ("replaced", "") if d.restated else ("complete", "")
    if d.covered.state == "missing" and (d.due_at is None or at < d.due_at):
        return ("due", f"due {moment(d.due_at)} UTC") if d.begun else ("future", "")
    return STATES[d.covered.state], d.covered.reason


def _lines(account: BankAccount, on: date) -> str:
    return link("bank-lines", account=account.code, **{"from": on, "until": on})


def short(number: str) -> str:
    """An account number for the eye: its last four characters."""
    return f"··{number[-4:]}" if len(number) > 6 else number
