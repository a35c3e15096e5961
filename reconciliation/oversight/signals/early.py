"""The five early signals, each counted from rows that are never written again, as they stood at the span's end."""

from datetime import date, timedelta

from reconciliation.lookup.bare_notes import payments_named
from reconciliation.lookup.cited import explorer_citations, words_of
from reconciliation.oversight.signals.asked import asked, counted, one
from reconciliation.oversight.signals.change_point import Day, Rise, enough, rise_in
from reconciliation.oversight.signals.measured import MOST_ROWS, Counted, Measured, Span

LOOKED_BACK = timedelta(days=27)
LATELY = timedelta(days=14)
WEEK_BEFORE = timedelta(days=6)
REPEATED = 2


def hand_edits(span: Span) -> Measured:
    """How many states people set on the day."""
    count, rows = counted("hand_edits", span)
    if not count and not one("moved_at_all", span):
        return Measured(None, said="nothing moved")
    return Measured(count, rows=rows, counted=count)


def explorer_notes(span: Span) -> Measured:
    """How many of the notes of the day lean on a block explorer and name no payment of ours."""
    found = asked("notes", span)
    written = found[0][0] if found else one("notes_counted", span)
    if not written:
        return Measured(None, said="no note was written")
    citing = [(row, cited) for row in found if (cited := explorer_citations(row[5]))]
    known = payments_named({word for row, _ in citing for word in words_of(row[5])}, until=span.until)
    bare = [(row, cited) for row, cited in citing if known.isdisjoint(words_of(row[5]))]
    rows = tuple(Counted(what, name, at, f"{who}: {cited[0].text}") for (_, what, name, at, who, _), cited in bare)
    return Measured(len(bare), written, rows=rows[:MOST_ROWS], counted=len(bare))


def auto_resolve(span: Span) -> Measured:
    """How many of the differences of the day a rule settled, and whether that rate rose undocumented."""
    days = [Day(on, int(hits), int(of)) for on, hits, of in asked("auto_days", span, back=LOOKED_BACK)]
    today = next((day for day in days if day.on == span.day), None)
    if today is None:
        return Measured(None, said="no difference was judged")
    versions = asked("versions", span, back=LOOKED_BACK + timedelta(days=3))
    count, rows = counted("auto_rows", span)
    out, said = _risen(days, versions, span.day)
    return Measured(today.hits, today.of, rows=rows, counted=count, said=said, out=out)


def _risen(days: list[Day], versions: list[tuple[date, str]], today: date) -> tuple[bool, str]:
    if not enough(days):
        return False, "too few days with differences to tell a rise"
    rise = rise_in(days)
    if rise is None:
        return False, "no rise that chance does not explain"
    said = _words(rise)
    if rise.first <= today - LATELY:
        return False, f"{said}; longer ago than {LATELY.days} days"
    if rise.documented_by([day for day, _ in versions]):
        return False, f"{said}; {', '.join(name for _, name in versions)} came into force in these days"
    return True, f"{said}; no tolerance changed in these days; chance below 1 in 1,000"


def _words(rise: Rise) -> str:
    before, after = (int(rate * 1000) for rate in (rise.before, rise.after))
    return (
        f"rose from {before // 10}.{before % 10} % to {after // 10}.{after % 10} % between {rise.last} and {rise.first}"
    )


def posted_early(span: Span) -> Measured:
    """How many deposits and recognitions of the day were posted before the provider's Confirmed."""
    posted = one("posted_counted", span)
    if not posted:
        return Measured(None, said="nothing was posted of a payment")
    count, rows = counted("posted_early", span)
    return Measured(count, posted, rows=rows, counted=count)


def closed_as_other(span: Span) -> Measured:
    """Of the class that most often ended as other, twice or more in seven days, the share that did."""
    classes = asked("others", span, back=WEEK_BEFORE)
    if not classes:
        return Measured(None, said="no case ended")
    count, rows = counted("other_rows", span, back=WEEK_BEFORE)
    parts = {name: others for name, _, others in classes if others}
    repeated = [(others, ended, name) for name, ended, others in classes if others >= REPEATED]
    if not repeated:
        return Measured(0, sum(ended for _, ended, _ in classes), parts, rows, count, "none more than once")
    others, ended, name = max(repeated, key=lambda row: (row[0] * 1000 // row[1], row[0]))
    words = name.replace("_", " ")
    return Measured(others, ended, parts, rows, count, f"{words}: {others} of {ended} in seven days")
