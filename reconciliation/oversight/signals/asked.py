"""Runs the named statements of this package over a span."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from reconciliation.named_sql import read_steps
from reconciliation.oversight.signals.measured import MOST_ROWS, Counted, Span

SQL = read_steps(__file__, "early.sql") | read_steps(__file__, "operational.sql")
Rows = tuple[int, tuple[Counted, ...]]


def asked(step: str, span: Span, *, back: timedelta = timedelta(0), **more: Any) -> list[Any]:
    """The rows of a statement. `from` is the span's start, `back` earlier."""
    values: dict[str, Any] = {"since": span.since, "until": span.until, "from": span.since - back, "most": MOST_ROWS}
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values | more)
        rows: list[Any] = cursor.fetchall() if cursor.description else []
        return rows


def counted(step: str, span: Span, *, back: timedelta = timedelta(0)) -> Rows:
    """How many rows a statement counts, and the first 500 of them; some name the payment that they are of."""
    rows = asked(step, span, back=back)
    return (rows[0][0] if rows else 0), tuple(Counted(*row[1:]) for row in rows)


def one(step: str, span: Span) -> Any:
    """The single figure of a statement."""
    ((figure,),) = asked(step, span)
    return figure


def on_day(at: datetime) -> str:
    """An instant in words of evidence."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
