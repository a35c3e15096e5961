"""The context of a drift check's page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from console.display import near_day, short_day, signed
from console.pages.check_log import check_log
from console.pages.check_rows import row_context
from console.pages.links import Link, link
from console.pages.next_steps import correction_words
from console.pages.words import cause_words, compared_as, drift_words, in_major, plural
from console.pages.written import amount
from ledger.assets import EXPONENTS
from reconciliation.bank.formats.amounts import written
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.drift.check_page import CheckPage, Difference
from reconciliation.drift.check_rows import SIZE, RowPage

VIEW_ALL, VIEW_DIFFERENCES = "all", "differences"
MANY_ROWS = 2000
START, MOST_TRAIL = "0.0", 40


def view_of(page: CheckPage, asked: str) -> str:
    """Which rows to show: what was asked for, else all of a small day and the differences of a large one."""
    if asked in (VIEW_ALL, VIEW_DIFFERENCES):
        return asked
    large = page.check.entry_count + page.check.line_count > MANY_ROWS
    return VIEW_DIFFERENCES if large and page.check.open_count else VIEW_ALL


@dataclass(frozen=True, slots=True)
class At:
    """Where in the rows a page stands: its view, its mark, the marks of the pages before it, the number of its first
    row."""

    view: str
    after: str = ""
    trail: tuple[str, ...] = ()
    first: int = 1


def check_context(
    page: CheckPage, rows: RowPage, *, at: At, key: str | None, to: Link, expected: tuple[int, int] | None = None
) -> dict[str, Any]:
    """Everything templates/drift/check.html names. key: of the form that checks the day again, None without the
    right; to: the links that the reader may follow; expected: how many lines of the day were seen intraday and are not
    booked, and their sum."""
    check, currency = page.check, page.account.currency
    total = sum(d.total for d in {(d.exception_class, d.cause): d for d in page.differences}.values())
    return {
        "title": _title(page),
        "crumb": {"href": link("home"), "label": "Drift heartbeat"},
        "previous": _beside(page, page.previous_day), "next": _beside(page, page.next_day),
        "reconcile": {"href": link("drift-reconcile"), "key": key, "account": page.account.code,
        "day": check.day.isoformat()} if key else None,
        "check": _check(page, to), "expected": _expected(expected, currency),
        "groups": _groups(page, to),
        "contributions_total": amount(total if check.drift is not None else None, currency),
        "views": _views(page, at.view), "rows": [row_context(row, page, to) for row in rows.rows], "page": _pager(page,
        rows, at),
        "log": check_log(page, to),
    }  # fmt: skip


def _here(page: CheckPage, **query: Any) -> str:
    asked = None if page.is_latest else page.check.public_id
    return link("drift-check", page.account.code, page.check.day.isoformat(), check=asked, **query)


def _title(page: CheckPage) -> str:
    check = page.check
    where = f"{page.account.name}, {near_day(check.day)}"
    if check.verdict == "UNKNOWN":
        return f"{where}: unknown"
    if check.verdict == "CLEAN":
        return f"{where}: clean"
    if not check.drift:
        return f"{where}: {_no_net(check.open_count)}"
    drifted = "differs in timing only, by" if check.timing_only else "drifted by"
    return f"{where}: {drifted} {drift_words(amount(check.drift, page.account.currency))}"


def _no_net(count: int) -> str:
    """Differences of a day whose totals agree."""
    return f"{plural(count, 'difference')} that {'changes no total' if count == 1 else 'cancel out'}"


def _beside(page: CheckPage, day: date | None) -> dict[str, str] | None:
    return (
        None
        if day is None
        else {"href": link("drift-check", page.account.code, day.isoformat()), "label": short_day(day)}
    )


def _expected(expected: tuple[int, int] | None, currency: str) -> str:
    if expected is None:
        return ""
    number, total = expected
    return f"{plural(number, 'line')} of {written(total, EXPONENTS[currency], currency)}; they count in none of these figures."


def _check(page: CheckPage, to: Link) -> dict[str, Any]:
    c, currency = page.check, page.account.currency
    later = page.checks[0]
    return {
        "account": page.account.name, "day": c.day, "verdict": c.verdict, "timing_only": c.timing_only,
        "account_href": to("ledger-account", page.account.ledger_account.code),
        "checked_at": c.checked_at, "ledger_as_of": c.ledger_as_of, "statement_as_of": c.statement_as_of,
        "run": str(c.run), "matcher": str(c.run.matcher_version),
        **{name: amount(getattr(c, name), currency) for name in ("ledger_total", "statement_total", "drift", "gross",
        "unexplained")},
        "entries": c.entry_count + (page.moved.net if page.moved else 0), "elsewhere": _elsewhere(page),
        "lines": c.line_count, "open_count": c.open_count,
        "statement": _statement(page, to), "arithmetic": _arithmetic(page),
        "unknown_because": [in_major(f"{why[:1].upper()}{why[1:]}.",
        currency) + " Until a statement settles it, its drift is unknown, not zero." for why in c.unknown_because],
        "superseded": None if page.is_latest else {"href": link("drift-check", page.account.code, c.day.isoformat()),
        "at": later.checked_at},
    }  # fmt: skip


def _statement(page: CheckPage, to: Link) -> dict[str, str] | None:
    if page.statement is None:
        return None
    day = page.check.day.isoformat()
    return {
        "label": f"statement {page.statement}",
        "href": to("bank-lines", account=page.account.code, **{"from": day, "until": day}),
    }


def _elsewhere(page: CheckPage) -> str:
    """Entries that the count beside the total leaves out, or takes in from another day."""
    if page.moved is None:
        return ", some may count on a day beside"
    away = [f"{n:,} that count{'s' if n == 1 else ''} on {short_day(on)}" for on, n in page.moved.away]
    here = [f"{n:,} of them of {short_day(on)}" for on, n in page.moved.here]
    return "".join([f", and {' and '.join(away)}" if away else "", f", {' and '.join(here)}" if here else ""])


def _arithmetic(page: CheckPage) -> str:
    c, currency = page.check, page.account.currency
    if c.statement_total is None:
        return "no verdict without a statement that covers the day"
    exponent = amount(0, currency).exponent
    return f"{signed(c.ledger_total, exponent)} less {signed(c.statement_total, exponent)}"


def _groups(page: CheckPage, to: Link) -> list[dict[str, Any]]:
    groups: dict[tuple[str, int | None], list[Difference]] = {}
    for d in page.differences:
        groups.setdefault((d.exception_class, d.cause), []).append(d)
    return [_group(page, rows, to) for rows in groups.values()]


def _group(page: CheckPage, rows: list[Difference], to: Link) -> dict[str, Any]:
    one, currency = rows[0], page.account.currency
    return {
        "label": cause_words(one.cause, one.exception_class), "exception_class": _class_beside(one),
        "total": amount(one.total, currency), "count": one.of_group, "rows": [_named(d, currency, to) for d in rows],
        "more": one.of_group - len(rows),
    }  # fmt: skip


def _class_beside(one: Difference) -> str:
    """The class beside the cause; "" where the cause is none and its words are the class's."""
    words = CLASSES[one.exception_class].words
    return "" if cause_words(one.cause, one.exception_class).lower() == words else words


def _named(d: Difference, currency: str, to: Link) -> dict[str, Any]:
    return {
        "ref": f"C-{d.case}" if d.case else "", "href": to("exception-case", d.case) if d.case else "",
        "reason": in_major(f"{d.reason[:1].upper()}{d.reason[1:]}", currency),
        "reference": d.written or _reference(d.reference), "compared": compared_as(_reference(d.reference), d.written),
        "payment_ids": d.payment_ids, "contribution": amount(d.contribution, currency),
        "next": correction_words(
            d.exception_class, d.cause, d.contribution, d.reason, held=d.held, request=d.request, resolution=d.resolution
        ),
    }  # fmt: skip


def _reference(key: str) -> str:
    return "" if key.startswith(("TX", "LINE")) and key.lstrip("TXLINE").isdecimal() else key


def _views(page: CheckPage, view: str) -> list[dict[str, Any]]:
    counts = ((VIEW_DIFFERENCES, "Differences", page.check.open_count),
              (VIEW_ALL, "All entries and lines", page.check.entry_count + page.check.line_count))  # fmt: skip
    return [
        {"label": label, "href": _here(page, rows=name), "count": n, "current": name == view}
        for name, label, n in counts
    ]


def _pager(page: CheckPage, rows: RowPage, at: At) -> dict[str, Any]:
    last = at.first + len(rows.rows) - 1
    back = {"after": at.trail[-1], "trail": _joined(at.trail[:-1]), "n": max(1, at.first - SIZE)} if at.trail else {}
    on = {"after": rows.after, "trail": _joined((*at.trail, at.after or START)[-MOST_TRAIL:]), "n": last + 1}
    return {
        "first": at.first, "last": last, "total": page.check.open_count if at.view == VIEW_DIFFERENCES else None,
        "previous_href": _here(page, rows=at.view, **back) if at.first > 1 else "",
        "next_href": _here(page, rows=at.view, **on) if rows.after else "", "size": SIZE,
    }  # fmt: skip


def _joined(marks: tuple[str, ...]) -> str:
    return " ".join(marks)
