"""The operations review, the evidence behind its signals, and what people say is behind its causes."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.cause_form import SayCause
from console.inert_csv import inert_csv
from console.pages.links import link, links_for
from console.pages.review import TREND_DAYS, cause_menu, cause_rows, review_context, span_words, waiting_rows
from console.pages.review_csv import review_rows
from console.pages.signal_page import signal_context
from console.pages.words import new_key
from console.pages.written import a_day, a_number, text_of
from console.permitted import Signed, opens, writes
from console.views.home import DEMO
from reconciliation.errors import BadInput, NotFound
from reconciliation.oversight.release_gate import release_gate
from reconciliation.oversight.review.cause_pages import known_causes, waiting_causes
from reconciliation.oversight.review.confirm_cause import confirm_cause
from reconciliation.oversight.review.period import Period, period_of
from reconciliation.oversight.review.read_figures import made_from, read_figures
from reconciliation.oversight.review.record_cause import record_cause
from reconciliation.oversight.signals.catalogue import SIGNALS
from reconciliation.oversight.signals.signal_pages import (
    Trend,
    evidence_of,
    last_read,
    raised_between,
    reading_of,
    trends,
)
from reconciliation.permissions import Permission, allowed

VIEW = Permission.VIEW_REVIEW
EVIDENCE_DAYS = 28


@opens(VIEW)
def review(request: Signed) -> HttpResponse:
    """GET /review/?until=&span=week|month&against=: the seven days that end on a day, or its month, against those before or
    others."""
    period, other = _periods(request)
    now, to = read_figures(period, at=request.at), links_for(request.actor)
    known, me = known_causes(period), request.actor.person_id
    context = review_context(
        now, read_figures(other, at=request.at), _trends(period),
        gate_open=release_gate(at=request.at).open, made=made_from(), tenant=request.tenant.name, at=request.at,
        read_at=last_read(at=request.at), to=to,
    )  # fmt: skip
    works = allowed(request.actor, Permission.WORK_CASES)
    context |= {
        "causes": cause_rows(now, known, me=me, confirms=allowed(request.actor, Permission.SIGN_OFF)),
        "waiting": waiting_rows(waiting_causes(me), period, to) if me and allowed(request.actor, Permission.SIGN_OFF) else [],
        "say": cause_menu(now, period, key=new_key()) if works and now.causes else None,
        "demo": cache.get(DEMO),
        "against": f"against {span_words(other)}", "asked": {"until": period.last, "span": period.kind, "against": other.last},
    }  # fmt: skip
    return render(request, "review/review.html", context)


@opens(VIEW)
def review_csv(request: Signed) -> HttpResponse:
    """GET /review/review.csv?until=&span=: the same figures as a table that spreadsheets read."""
    period, _ = _periods(request)
    content = inert_csv(review_rows(read_figures(period, at=request.at), _trends(period), known_causes(period)))
    name = f"operations-review-{period.first}-{period.last}.csv"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@opens(VIEW)
def review_signal(request: Signed, key: str) -> HttpResponse:
    """GET /review/signals/<key>/?day=&until=&span=: what a signal counts, its days, and the rows behind one of them."""
    if key not in SIGNALS:
        raise NotFound(f"there is no signal {key}")
    day = min(a_day(request.GET, "day") or request.at.date(), request.at.date())
    reading, to = reading_of(key, day), links_for(request.actor)
    (trend,) = trends(until=request.at.date(), days=EVIDENCE_DAYS, keys=[key])
    first = request.at.date() - timedelta(days=EVIDENCE_DAYS)
    raised = {r.day: r.raised_at for r in raised_between(first, date.max) if r.key == key}
    context = signal_context(
        trend,
        evidence_of(reading) if reading else None,
        day=day,
        raised=raised,
        to=to,
        actor=request.actor,
        came=_period(request.GET.get("until", ""), request.GET.get("span", "")),
    )
    return render(request, "review/signal.html", context)


@writes(Permission.WORK_CASES)
def cause_record(request: Signed) -> HttpResponse:
    """POST /review/causes/: what is behind a cause; somebody else confirms it."""
    form, key = SayCause(request.POST), text_of(request.POST, "key", 64)
    if not form.is_valid():
        field, said = next(iter(form.errors.items()))
        raise BadInput(f"{said[0]}", field)
    given = form.cleaned_data
    cause, exception_class = given.pop("cause")
    period = period_of(given.pop("span"), given.pop("until"))
    record_cause(
        cause=cause,
        exception_class=exception_class,
        period=period,
        key=key,
        actor=request.actor,
        at=request.at,
        **given,
    )
    messages.info(request, "Said; it counts once another person confirms it")
    return _back(period)


@writes(Permission.SIGN_OFF)
def cause_confirm(request: Signed) -> HttpResponse:
    """POST /review/causes/confirm/"""
    number, period = (
        a_number(request.POST, "cause"),
        _period(request.POST.get("until", ""), request.POST.get("span", "")),
    )
    if number is None or period is None:
        raise BadInput("which cause?", "cause")
    made = confirm_cause(cause_id=number, actor=request.actor, at=request.at)
    messages.info(request, f"Confirmed by {made.confirmed_by}")
    return _back(period)


def _periods(request: Signed) -> tuple[Period, Period]:
    """What is asked for, and what it is held against: by itself the days until yesterday, and those before."""
    yesterday = request.at.date() - timedelta(days=1)
    span = request.GET.get("span", "")
    last = min(a_day(request.GET, "until") or yesterday, request.at.date())
    period = period_of("month" if span == "month" else "week", max(last, date(2000, 1, 31)))
    against = a_day(request.GET, "against")
    other = period_of(period.kind, against) if against and date(2000, 1, 31) <= against <= request.at.date() else None
    return period, other or period.before


def _trends(period: Period) -> list[Trend]:
    """Of every day of the period, and of as many as the small lines show."""
    return trends(until=period.last, days=max(TREND_DAYS, period.days))


def _period(until: str, span: str) -> Period | None:
    day = a_day({"until": until}, "until")
    return period_of("month" if span == "month" else "week", day) if day else None


def _back(period: Period) -> HttpResponse:
    return redirect(link("review", until=period.last.isoformat(), span=period.kind) + "#causes")
