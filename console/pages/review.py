"""The operations review's context."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from console.display import DAYS, MINUS, UNKNOWN, Amount, count, day, full_moment, moment, money, near_day
from console.pages.links import Link, link
from console.pages.shares import shares
from console.pages.signal_rows import length, period_row, share_words, spark
from console.pages.words import cause_words
from console.pages.written import amount
from reconciliation.oversight.review.cause_pages import KnownCause, SaidOfCause, by_cause
from reconciliation.oversight.review.figures import AGES, GOALS, OLD, PAIRS, Figures
from reconciliation.oversight.review.period import Period, kind_of
from reconciliation.oversight.review.record_cause import OWNERS
from reconciliation.oversight.review.verdict import verdict
from reconciliation.oversight.signals.catalogue import EARLY
from reconciliation.oversight.signals.signal_pages import Trend

TREND_DAYS = 14
NOBODY = SaidOfCause(None, None)
ROLES = {"policy_admin": "Policy admin", "operator": "Engineering", "controller": "Finance controller"}


def review_context(
    now: Figures, before: Figures, found: Sequence[Trend], *, gate_open: bool, made: tuple[int | None, int | None],
    tenant: str, at: datetime, read_at: datetime | None, to: Link,
) -> dict[str, Any]:  # fmt: skip
    """templates/review/review.html without its causes."""
    ledger, audit = made
    rows = {trend.signal.key: period_row(trend, now.period, days=TREND_DAYS, to=to) for trend in found}
    out = [f"{row['name']} ({row['on']})" for row in rows.values() if row["out"]]
    early = {signal.key for signal in EARLY}
    return {
        "title": f"Operations review, {span_words(now.period)}",
        "sub": f"{tenant}. Made {full_moment(at)} from ledger row {count(ledger)} and audit entry {count(audit)}. Days are UTC; "
               "currencies are never added up.",
        "verdict": verdict(now, before, gate_open=gate_open, out=out, heard=sum(row["heard"] for row in rows.values())),
        "known": now.known,
        "figures": _figures(now),
        "accounts": [_account(a) for a in now.accounts],
        "pairs": _pairs(now, before), "ages": _ages(now, before), "open": count(now.open.count if now.known else None),
        "overrides": _overrides(now, before), "payments": count(now.payments),
        "times": [_time(name, now, before) for name in GOALS],
        "stuck": [
            {
                "words": s.words, "limit": s.limit, "count": count(s.count if now.known else None), "out": s.count > 0,
                "since": moment(s.since) if s.count else "",
            }
            for s in now.stuck
        ],
        "early": [row for key, row in rows.items() if key in early],
        "operational": [row for key, row in rows.items() if key not in early],
        "read": f"read {moment(read_at)} UTC" if read_at else "never read yet",
        "confirm_href": link("cause-confirm"),
        **_moves(now.period, at, to),
    }  # fmt: skip


def span_words(period: Period) -> str:
    """ "Fri 13 to Thu 19 Nov 2026"."""
    first, last = period.first, period.last
    alike = (first.year, first.month) == (last.year, last.month)
    return f"{f'{DAYS[first.weekday()]} {first.day}' if alike else near_day(first)} to {day(last)}"


def cause_menu(now: Figures, period: Period, *, key: str) -> dict[str, Any]:
    """The form in which a person says what is behind a cause of the period."""
    found = {f"{c.cause or 0} {c.exception_class}": cause_words(c.cause, c.exception_class) for c in now.causes}
    return {
        "causes": list(found.items()), "key": key, "until": period.last.isoformat(), "span": period.kind,
        "owners": [(name, name.capitalize()) for name in OWNERS], "href": link("cause-record"),
    }  # fmt: skip


def cause_rows(now: Figures, known: Sequence[KnownCause], *, me: int | None, confirms: bool) -> list[dict[str, Any]]:
    """Differences by cause, with what a person said is behind them; whoever may confirm it and did not say it is offered to."""
    told = by_cause(known)
    rows = []
    for found in now.causes:
        said = told.get((found.cause, found.exception_class), NOBODY)
        rows.append({
            "cause": cause_words(found.cause, found.exception_class), "count": found.count,
            "gross": amount(found.gross, found.currency),
            "said": [_said(k, me, confirms) for k in (said.counts, said.waits) if k],
        })  # fmt: skip
    return rows


def waiting_rows(found: Sequence[KnownCause], period: Period, to: Link) -> list[dict[str, str]]:
    """What waits for the reader of other days than these."""
    return [
        {
            "words": f"{cause_words(k.cause, k.exception_class)}, {span_words(Period('week', k.first_on, k.last_on))}",
            "href": to("review", until=k.last_on.isoformat(), span=kind_of(k.first_on, k.last_on)) + "#causes",
        }
        for k in found if k.first_on > period.last or k.last_on < period.first
    ]  # fmt: skip


def _said(k: KnownCause, me: int | None, confirms: bool) -> dict[str, Any]:
    due = f", due {near_day(k.due_on)}" if k.due_on else ""
    return {
        "id": k.id, "root": k.root, "by": k.written_by, "owner": f"{k.owner.capitalize()}, {k.item}{due}",
        "confirmed": k.confirmed_by, "confirm": confirms and not k.confirmed_by and k.person_id != me,
    }  # fmt: skip


def _moves(period: Period, at: datetime, to: Link) -> dict[str, str]:
    later = period.after
    one = "Week" if period.kind == "week" else "Month"

    def at_page(name: str, other: Period, **more: str) -> str:
        return to(name, until=other.last.isoformat(), span=other.kind, **more)

    other_kind = "month" if period.kind == "week" else "week"
    return {
        "before_word": f"{one} before", "before_href": at_page("review", period.before),
        "after_word": f"{one} after", "after_href": at_page("review", later) if later.since < at else "",
        "csv_href": at_page("review-csv", period), "one": one.lower(),
        "other_word": f"By {other_kind}", "other_href": to("review", until=period.last.isoformat(), span=other_kind),
    }  # fmt: skip


def _figures(now: Figures) -> list[dict[str, Any]]:
    kept = Counter(a.currency for a in now.accounts)  # the currency of most accounts comes first
    valued = {currency for _, currency in now.open.values if currency}  # a case may state no amount
    currencies = sorted(valued | set(kept), key=lambda c: (-kept[c], c))
    unexplained = {c: 0 for c in currencies if any(a.known for a in now.accounts if a.currency == c)}
    for a in now.accounts:
        if a.known:
            unexplained[a.currency] += a.unexplained
    each, nothing = now.per_thousand, "0" if now.known else UNKNOWN
    return [
        {"label": "Clean account-days", "lines": [f"{now.clean} of {now.days}" if now.days else UNKNOWN], "tone": ""},
        {"label": "Unexplained", "lines": [_text(amount(n, c)) for c, n in unexplained.items()] or ["unknown"],
         "tone": "drift" if any(unexplained.values()) else "clean" if unexplained else "unknown"},
        {"label": "Unmatched value", "lines": [_text(amount(now.open.value(c), c)) for c in currencies] or [nothing], "tone": ""},
        {"label": "Exceptions over 3 days", "lines": [count(now.open.old) if now.open.old else nothing],
         "tone": "drift" if now.open.old else ""},
        {"label": "Overrides per 1,000", "lines": [_hundredths(each)], "tone": ""},
        {"label": "Re-opened after close", "lines": [share_words(now.reopened, now.ended)], "tone": ""},
    ]  # fmt: skip


def _account(a: Any) -> dict[str, Any]:
    known = a.known > 0
    return {
        "name": a.name, "clean": a.clean, "drifted": a.drifted, "timing": a.timing, "unknown": a.unknown,
        "drift": amount(a.drift if known else None, a.currency), "gross": amount(a.gross if known else None, a.currency),
        "unexplained": amount(a.unexplained if known else None, a.currency),
    }  # fmt: skip


def _pairs(now: Figures, before: Figures) -> list[dict[str, Any]]:
    keys = sorted(
        {key for stood in (now.open, before.open) for key in stood.values}, key=lambda k: (PAIRS.index(k[0]), k[1])
    )
    rows = []
    for pair, currency in keys:
        (rows_now, minor), (_, was) = (
            now.open.values.get((pair, currency), (0, 0)),
            before.open.values.get((pair, currency), (0, 0)),
        )
        heights = [stood.values.get((pair, currency), (0, 0))[1] for stood in now.trend]
        words = pair.replace("-", " ↔ ")
        now_says = (
            f"in {currency}, 14 days, now {_text(amount(minor, currency))}"
            if currency
            else "without an amount, 14 days"
        )
        rows.append({
            "pair": words, "rows": count(rows_now), "value": amount(minor, currency) if currency else None, "worse": minor > was,
            "out": minor > was, "better": minor < was, "change": amount(minor - was, currency) if currency else None,
            "line": spark(heights), "says": f"{words} {now_says}",
        })  # fmt: skip
    return rows


def _ages(now: Figures, before: Figures) -> list[dict[str, Any]]:
    rows = zip(AGES, now.open.ages, before.open.ages, shares(now.open.ages), strict=True)
    return [
        {
            "age": name, "cases": count(n if now.known else None), "share": share,
            **(_against(n - was, worse=age >= OLD) if now.known and before.known else {"change": UNKNOWN, "worse": False}),
        } for age, (name, n, was, share) in enumerate(rows)
    ]  # fmt: skip


def _overrides(now: Figures, before: Figures) -> list[dict[str, Any]]:
    roles = sorted(set(now.overrides) | set(before.overrides))
    return [
        {
            "role": ROLES.get(role, role.replace("_", " ").capitalize()), "count": n,
            "per": _hundredths(n * 100_000 // now.payments if now.payments else None),
            **_against(n - before.overrides.get(role, 0)),
        }
        for role in roles for n in [now.overrides.get(role, 0)]
    ]  # fmt: skip


def _time(name: str, now: Figures, before: Figures) -> dict[str, Any]:
    words, goal = GOALS[name]
    took, was = now.times.get(name), before.times.get(name)
    return {
        "words": words, "median": length(took.median) if took else "unknown", "p95": length(took.p95) if took else "unknown",
        "goal": length(goal), "out": took is not None and took.p95 > goal, "of": count(took.of) if took else "",
        "was": length(was.p95) if was else "unknown",
    }  # fmt: skip


def _against(change: int, *, worse: bool = True) -> dict[str, Any]:
    """Signed, with whether more is worse here."""
    sign = "+" if change > 0 else MINUS if change < 0 else ""
    return {"change": f"{sign}{count(abs(change))}", "worse": worse and change > 0}


def _hundredths(n: int | None) -> str:
    return UNKNOWN if n is None else f"{n // 100}.{n % 100:02d}"


def _text(value: Amount) -> str:
    return f"{money(value.minor, value.exponent)} {value.asset}".strip()
