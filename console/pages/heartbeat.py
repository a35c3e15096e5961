"""The drift heartbeat's context."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from console.display import Amount, moment, near_day, short_day
from console.pages.links import Link, link
from console.pages.next_steps import correction_words
from console.pages.queue_links import CAME_FROM_HOME
from console.pages.strip import strip_context, usual_day
from console.pages.words import cause_words, in_major, plural
from console.pages.written import amount
from reconciliation.drift.heartbeat import MOST_COUNTED, NamedDifference, StripAccount, Waiting
from reconciliation.drift.standing import Standing

MOST_DAYS, MOST_ROWS = 8, 8  # of one account


def checks_told(standing: Sequence[Standing]) -> list[int]:
    """The checks whose differences the page tells: of each account its latest drifted days."""
    return [d.check_id for s in standing for d in s.drifted[-MOST_DAYS:] if d.check_id is not None and d.open_count]


def home_context(
    accounts: Sequence[StripAccount], standing: Sequence[Standing], differences: Sequence[NamedDifference],
    waiting: Waiting, *, at: datetime, until: date, may: dict[str, bool], key: str, running: dict[str, int] | None,
    run: str, to: Link, loading: bool,
) -> dict[str, Any]:  # fmt: skip
    """Everything templates/home/home.html names. may: reconcile, upload, works (on cases); key: of the reconcile form; run: the
    asked run's key while one is followed; to: the links that the reader may follow; loading: accounts are on their way."""
    checked = any(d.check_id for s in standing for d in (*s.open_days, *([s.last] if s.last else [])))
    return {
        "title": _title(standing, checked),
        "sub": _sub(standing, at, checked),
        "upload_href": link("bank") if may["upload"] else "",
        "reconcile": _reconcile(accounts, may, key, loading),
        "summary": _summary(standing, to) if checked else None,
        "strip": strip_context(accounts, standing, at=at, until=until, running=running, run=run, to=to),
        "why": _why(standing, differences, waiting) if checked else None,
        "waiting": _waiting(waiting, confirms=may["upload"], works=may["works"]),
    }


def _title(standing: Sequence[Standing], checked: bool) -> str:
    if not checked:
        return "No day has a verdict yet"
    count = Counter(s.verdict for s in standing)
    drifted, timing = count["DRIFTED"], count["TIMING"]
    unknown = sum(bool(s.unknown) or s.last is None for s in standing)
    parts = [f"{plural(drifted, 'account')} drifted"] if drifted else []
    parts += [
        f"{timing if parts else plural(timing, 'account')} differ{'' if timing > 1 else 's'} in timing only"
    ] * bool(timing)
    if not parts and not unknown:
        all_of_them = f"all {len(standing)} accounts" if len(standing) > 1 else standing[0].name
        return f"Ledger and bank agree on {all_of_them}"
    told = f"{unknown if parts else plural(unknown, 'account')} {'have' if unknown > 1 else 'has'} an unknown day"
    parts += [told] * bool(unknown)  # of accounts that may have drifted on another
    if drifted:
        return f"Ledger and bank do not agree: {', '.join(parts)}"
    agreeing = count["CLEAN"]
    return (
        f"Ledger and bank agree on {plural(agreeing, 'account')}: {', '.join(parts)}" if agreeing else ", ".join(parts)
    )


def _sub(standing: Sequence[Standing], at: datetime, checked: bool) -> str:
    if not checked:
        return "Nothing was reconciled so far."
    drifted = [d for s in standing for d in s.drifted]
    count = sum(d.open_count or 0 for d in drifted)
    said = [f"Last closed period {near_day(usual_day(standing) or at.date())}."]
    if any(d.unexplained for d in drifted):
        said.append("Some drift is unexplained.")
    elif count:
        days = len({d.day for d in drifted})
        on = f" on {days} days" if days > 1 else ""
        said.append(f"All drift is explained by {plural(count, 'named difference')}{on}.")
    usual = usual_day(standing)
    last = min(
        (s.last.checked_at for s in standing if s.last and s.last.day == usual and s.last.checked_at), default=None
    )
    if last:
        said.append(f"That period was last checked {moment(last)} UTC.")
    return " ".join(said)


def _reconcile(
    accounts: Sequence[StripAccount], may: dict[str, bool], key: str, loading: bool
) -> dict[str, str] | None:  # fmt: skip
    if not may["reconcile"]:
        return None
    missing = "Nothing to reconcile yet." if loading else "Set up a bank account first."
    why_not = "" if accounts else missing
    return {"href": link("drift-reconcile"), "key": key, "why_not": why_not}


def _summary(standing: Sequence[Standing], to: Link) -> dict[str, Any]:
    by_currency: dict[str, list[Standing]] = {}
    for account in sorted(standing, key=lambda s: s.drift is None):
        by_currency.setdefault(account.currency, []).append(account)
    unknown = [s for s in standing if s.unknown or s.last is None]
    return {
        "net": [_sum(c, [s.drift for s in each]) for c, each in by_currency.items()],
        "unexplained": [_sum(c, [s.unexplained for s in each]) for c, each in by_currency.items()],
        "gross": [_sum(c, [s.gross for s in each]) for c, each in by_currency.items()],
        "unknown": {"count": len(unknown), "of": len(standing), **_first_unknown(unknown, to)},
    }


def _sum(currency: str, figures: list[int | None]) -> Amount:
    """The sum of what is known; unknown when nothing is. How many are missing stands beside it."""
    known = [figure for figure in figures if figure is not None]
    return amount(sum(known) if known else None, currency)


def _first_unknown(unknown: Sequence[Standing], to: Link) -> dict[str, str]:
    """The latest unknown day of the first such account; how many more there are."""
    if not unknown:
        return {"text": "Every closed day has a verdict."}
    account, days = unknown[0], sum(len(s.unknown) for s in unknown)
    day = account.unknown[-1] if account.unknown else None
    more = f" and {days - 1} more" if days > 1 else ""
    if day is None or day.public_id is None:
        on = f", {short_day(day.day)}" if day else ""
        return {"text": f"{account.name}{on}{more}: its statement has not come", "href": to("bank"), "label": "Bank"}
    return {
        "text": f"{account.name}, {short_day(day.day)}{more}:",
        "label": in_major(day.because[0], account.currency) if day.because else "not covered",
        "href": link("drift-check", account.code, day.day.isoformat()),
    }  # fmt: skip


def _why(standing: Sequence[Standing], differences: Sequence[NamedDifference], waiting: Waiting) -> dict[str, Any]:
    days = {d.day for s in standing for d in s.drifted}
    return {
        "title": f"Why: the differences of {short_day(min(days))}" if len(days) == 1 else "Why: the open differences",
        "all_href": link("exceptions"),
        "all_count": waiting.all_open if waiting.all_open <= MOST_COUNTED else None,
        "groups": [_group(s, differences, len(days) > 1) for s in standing if s.drifted],
    }  # fmt: skip


def _group(account: Standing, differences: Sequence[NamedDifference], dated: bool) -> dict[str, Any]:
    """The latest days first, in each the largest first."""
    by_check = {d.check_id: d.day for d in account.drifted}
    own = [x for day in reversed(account.drifted) for x in differences if x.check_id == day.check_id][:MOST_ROWS]
    rest = sum(d.open_count or 0 for d in account.drifted) - len(own)
    more = {"href": link("exceptions", account=account.code), "text": plural(rest, "more difference")}
    return {
        "account": account.name,
        "drift": amount(account.drift, account.currency),
        "unexplained": amount(account.unexplained, account.currency),
        "rows": [_row(x, account, by_check[x.check_id] if dated else None) for x in own],
        "more": more if rest > 0 else None,
    }


def _row(x: NamedDifference, account: Standing, on: date | None) -> dict[str, Any]:
    return {
        "ref": f"C-{x.case}", "href": _case_href(x, account),
        "day": short_day(on) if on else "",
        "day_href": link("drift-check", account.code, on.isoformat()) if on else "",
        "title": x.title or in_major(x.reason, account.currency), "cause": cause_words(x.cause, x.exception_class),
        "contribution": amount(x.contribution, account.currency), "correction": _correction(x),
        "due_at": None if x.resolution else x.due_at,  # nobody has to do anything by then
    }  # fmt: skip


def _case_href(x: NamedDifference, account: Standing) -> str:
    """The case, to come back here from; in the view of the last closed day where it is one of its cases."""
    last = account.last.day if account.last else None
    view = "drift" if x.case_day == last else ""
    return link("exception-case", x.case, **CAME_FROM_HOME, view=view) if x.case else ""


def _correction(x: NamedDifference) -> str:
    """What the case's page would offer, or why it offers nothing: of a case that ended, how."""
    return correction_words(
        x.exception_class, x.cause, x.contribution, x.reason, held=x.held, request=x.request, resolution=x.resolution
    )


def _pressing(w: Waiting) -> str:
    told = [f"{w.overdue} overdue"] * bool(w.overdue) + [f"{w.due_today} due today"] * bool(w.due_today)
    return ", ".join(told) or "none due today"


def _waiting(w: Waiting, *, confirms: bool, works: bool) -> list[dict[str, str]]:
    lines = []
    if w.unconfirmed and works:
        more = len(w.unconfirmed) - 1
        failed = "confirmations have" if more else "confirmation has"
        lines.append({
            "text": f"{plural(len(w.unconfirmed), failed, failed)} failed: settled by the bank, not POSTED here",
            "href": link("exception-case", w.unconfirmed[0], **CAME_FROM_HOME), "right_tone": "drift",
            "right": f"C-{w.unconfirmed[0]}" + (f" and {more} more" if more else ""),
        })  # fmt: skip
    if w.mine:
        lines.append({
            "text": f"{plural(w.mine, 'case')} assigned to you", "href": link("exceptions", view="mine"),
            "small": f"oldest since {moment(w.oldest)}",
            "right": _pressing(w), "right_tone": "drift" if w.overdue or w.due_today else "",
        })  # fmt: skip
    if w.to_decide:
        lines.append({
            "text": f"{plural(w.to_decide, 'request')} {'wait' if w.to_decide > 1 else 'waits'} for your decision",
            "href": link("approvals"), "right": f"first expires {moment(w.first_expires)}",
        })  # fmt: skip
    if w.asked:
        numbers = ", ".join(f"CR-{n}" for n in w.asked[:3]) + (" …" if len(w.asked) > 3 else "")
        mine = f"{len(w.asked)} of your requests wait" if len(w.asked) > 1 else "1 of your requests waits"
        lines.append({"text": f"{mine} for approval", "href": link("approvals"), "right": numbers})
    lines += [
        {"text": f"CR-{number} was rejected", "href": link("approval", number), "small": f"“{why[:200]}”", "right": ""}
        for number, why in w.rejected
    ]
    if w.imports and confirms:
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
