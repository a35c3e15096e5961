"""The drift heartbeat's context."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from console.display import Amount, moment, near_day, short_day
from console.pages.links import link
from console.pages.strip import strip_context, usual_day
from console.pages.words import cause_words, in_major, next_step, plural
from console.pages.written import amount
from reconciliation.drift.heartbeat import MOST_COUNTED, NamedDifference, StripAccount, StripDay, Waiting

Stated = list[tuple[StripAccount, StripDay]]


def stated_days(accounts: Sequence[StripAccount], at: datetime) -> Stated:
    """Each account with the day its figures are about; accounts without one are left out."""
    found = [(account, account.last_stated(at)) for account in accounts]
    return [(account, day) for account, day in found if day is not None]


def home_context(
    accounts: Sequence[StripAccount], differences: Sequence[NamedDifference], waiting: Waiting, *,
    at: datetime, until: date, may: dict[str, bool], key: str, running: dict[str, int] | None, run: str,
) -> dict[str, Any]:  # fmt: skip
    """Everything templates/home/home.html names. may: reconcile, upload; key: of the reconcile form; run: the asked
    run's
    key while one is followed."""
    stated = stated_days(accounts, at)
    checked = [(a, d) for a, d in stated if d.check_id is not None]
    return {
        "title": _title(stated),
        "sub": _sub(accounts, stated, at),
        "upload_href": link("bank") if may["upload"] else "",
        "reconcile": _reconcile(accounts, may, key),
        "summary": _summary(stated) if checked else None,
        "strip": strip_context(accounts, at=at, until=until, running=running, run=run),
        "why": _why(accounts, checked, differences, waiting, at) if checked else None,
        "waiting": _waiting(waiting),
    }


def _title(stated: Stated) -> str:
    drifted = sum(d.verdict == "DRIFTED" and not d.timing_only for _, d in stated)
    timing = sum(bool(d.timing_only) for _, d in stated)
    unknown = sum(d.verdict in (None, "UNKNOWN") for _, d in stated)
    if not any(d.check_id for _, d in stated):
        return "No day has a verdict yet"
    parts = [f"{plural(drifted, 'account')} drifted"] if drifted else []
    parts += [
        f"{timing if parts else plural(timing, 'account')} differ{'' if timing > 1 else 's'} in timing only"
    ] * bool(timing)
    if not parts and not unknown:
        all_of_them = f"all {len(stated)} accounts" if len(stated) > 1 else stated[0][0].name
        return f"Ledger and bank agree on {all_of_them}"
    parts += [f"{unknown if parts else plural(unknown, 'account')} {'are' if unknown > 1 else 'is'} unknown"] * bool(
        unknown
    )
    if drifted:
        return f"Ledger and bank do not agree: {', '.join(parts)}"
    agreeing = len(stated) - timing - unknown
    return (
        f"Ledger and bank agree on {plural(agreeing, 'account')}: {', '.join(parts)}" if agreeing else ", ".join(parts)
    )


def _sub(accounts: Sequence[StripAccount], stated: Stated, at: datetime) -> str:
    checked = [d for _, d in stated if d.checked_at]
    if not checked:
        return "Nothing was reconciled so far."
    count = sum(d.open_count or 0 for d in checked)
    unexplained = any(d.unexplained for d in checked)
    said = [f"Last closed period {near_day(usual_day(accounts, at) or at.date())}."]
    if unexplained:
        said.append("Some drift is unexplained.")
    elif count:
        said.append(f"All drift is explained by {plural(count, 'named difference')}.")
    said.append(f"Checked {moment(max(d.checked_at for d in checked if d.checked_at))} UTC.")
    return " ".join(said)


def _reconcile(accounts: Sequence[StripAccount], may: dict[str, bool], key: str) -> dict[str, str] | None:
    if not may["reconcile"]:
        return None
    why_not = "" if accounts else "Set up a bank account first."
    return {"href": link("drift-reconcile"), "key": key, "why_not": why_not}


def _summary(stated: Stated) -> dict[str, Any]:
    by_currency: dict[str, list[StripDay]] = {}
    for account, day in sorted(stated, key=lambda pair: pair[1].drift is None):
        by_currency.setdefault(account.currency, []).append(day)
    unknown = [(a, d) for a, d in stated if d.verdict in (None, "UNKNOWN")]
    return {
        "net": [_sum(c, [d.drift for d in days]) for c, days in by_currency.items()],
        "unexplained": [_sum(c, [d.unexplained for d in days]) for c, days in by_currency.items()],
        "gross": [_sum(c, [d.gross for d in days]) for c, days in by_currency.items()],
        "unknown": {"count": len(unknown), "of": len(stated), **_first_unknown(unknown)},
    }


def _sum(currency: str, figures: list[int | None]) -> Amount:
    """The sum of what is known; unknown when nothing is. How many are missing stands beside it."""
    known = [figure for figure in figures if figure is not None]
    return amount(sum(known) if known else None, currency)


def _first_unknown(unknown: Stated) -> dict[str, str]:
    if not unknown:
        return {"text": "Every account's last day has a verdict."}
    account, day = unknown[0]
    more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
    because = in_major(day.because[0], account.currency) if day.because else "its statement has not come"
    if day.public_id is None:
        return {"text": f"{account.name}{more}: {because}", "href": link("bank"), "label": "Bank"}
    return {
        "text": f"{account.name}{more}:", "label": because,
        "href": link("drift-check", account.code, day.day.isoformat()),
    }  # fmt: skip


def _why(
    accounts: Sequence[StripAccount],
    checked: Stated,
    differences: Sequence[NamedDifference],
    waiting: Waiting,
    at: datetime,
) -> dict[str, Any]:
    usual = usual_day(accounts, at) or at.date()
    groups = [
        _group(account, day, [x for x in differences if x.check_id == day.check_id], usual)
        for account, day in checked
        if day.open_count or day.unexplained
    ]
    return {
        "title": f"Why: the differences of {short_day(usual)}", "all_href": link("exceptions"),
        "all_count": waiting.all_open if waiting.all_open <= MOST_COUNTED else None, "groups": groups,
    }  # fmt: skip


def _group(account: StripAccount, day: StripDay, rows: Sequence[NamedDifference], usual: date) -> dict[str, Any]:
    rest = (day.open_count or 0) - len(rows)
    return {
        "account": account.name if day.day == usual else f"{account.name}, {short_day(day.day)}",
        "drift": amount(day.drift, account.currency),
        "unexplained": amount(day.unexplained, account.currency), "rows": [_row(x, account.currency) for x in rows],
        "more": {"href": link("drift-check", account.code, day.day.isoformat()),
        "text": f"{plural(rest, 'smaller difference')}"}
        if rest > 0
        else None,
    }  # fmt: skip


def _row(x: NamedDifference, currency: str) -> dict[str, Any]:
    return {
        "ref": f"C-{x.case}", "href": link("exception-case", x.case, view="drift") if x.case else "",
        "title": x.title or in_major(x.reason, currency), "cause": cause_words(x.cause, x.exception_class),
        "contribution": amount(x.contribution, currency), "correction": next_step(x.exception_class, x.cause),
        "due_at": x.due_at,
    }  # fmt: skip


def _waiting(w: Waiting) -> list[dict[str, str]]:
    lines = []
    if w.mine:
        lines.append({
            "text": f"{plural(w.mine, 'case')} assigned to you", "href": link("exceptions", view="mine"),
            "small": f"oldest since {moment(w.oldest)}",
            "right": f"{w.due_today} due today" if w.due_today else "none due today",
            "right_tone": "drift" if w.due_today else "",
        })  # fmt: skip
    if w.to_decide:
        lines.append({
            "text": f"{plural(w.to_decide, 'request')} {'wait' if w.to_decide > 1 else 'waits'} for a decision",
            "href": link("approvals"), "right": f"first expires {moment(w.first_expires)}",
        })  # fmt: skip
    if w.asked:
        numbers = ", ".join(f"CR-{n}" for n in w.asked[:3]) + (" …" if len(w.asked) > 3 else "")
        mine = f"{len(w.asked)} of your requests wait" if len(w.asked) > 1 else "1 of your requests waits"
        lines.append({"text": f"{mine} for approval", "href": link("approvals"), "right": numbers})
    if w.imports:
        lines.append({
            "text": f"{plural(w.imports, 'import')} {'wait' if w.imports > 1 else 'waits'} for confirmation",
            "href": link("bank"), "right": "",
        })  # fmt: skip
    return lines


def shown_until(text: str, at: datetime) -> date:
    """The last date of the strip: the day asked for, today when none or a later one was asked for."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return at.date()
    return max(min(asked, at.date()), at.date() - timedelta(days=3650))
