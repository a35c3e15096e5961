"""One signal's context: what it counts, its days, and the rows behind one of them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from console.display import near_day
from console.pages.links import Link
from console.pages.playbooks import playbook_link
from console.pages.recovery_opening import proposal_link
from console.pages.signal_rows import WORDS, evidence_row, height, history_row, spark, value_words
from ledger.actors import Actor
from reconciliation.oversight.routing.routes import routes
from reconciliation.oversight.signals.measured import MOST_ROWS
from reconciliation.oversight.signals.signal_pages import Evidence, Trend


def signal_context(
    trend: Trend, evidence: Evidence | None, *, day: date, raised: Mapping[date, datetime], to: Link, actor: Actor
) -> dict[str, Any]:
    """templates/review/signal.html."""
    signal = trend.signal
    reading = evidence.reading if evidence else None
    value = value_words(signal, reading) if reading else "unknown"
    return {
        "name": signal.name, "definition": signal.definition, "goal": reading.goal if reading else signal.goal,
        "title": _title(signal.name, value, reading.state if reading else "", near_day(day)),
        "day": day, "on": near_day(day), "reading": reading, "value": value,
        "word": WORDS[reading.state] if reading else "", "raised_at": raised.get(day),
        "rows": [evidence_row(row, to) for row in evidence.found.rows] if evidence else [],
        "counted": evidence.found.counted if evidence else 0, "same": evidence is None or evidence.same,
        "cut": evidence is not None and len(evidence.found.rows) == MOST_ROWS,
        "history": [history_row(signal, r, to) | {"raised": r.day in raised} for r in reversed(trend.readings)],
        "trend_row": {
            "line": spark([height(signal, r) for r in trend.readings]), "out": reading is not None and reading.state == "out",
            "says": f"{signal.name}, {len(trend.readings)} days, the same numbers in the table below",
        },
        "recover_href": _recover(trend, evidence, day, actor, to),
        "back_href": to("review"), "playbook": playbook_link(routes().signals[signal.key], to),
    }  # fmt: skip


def _recover(trend: Trend, evidence: Evidence | None, day: date, actor: Actor, to: Link) -> str:
    """The form of a recovery run over the day and, where its rows are payments, over these; "" where nothing is out of range,
    and for what drift of payments is not behind."""
    if evidence is None or evidence.reading.state != "out" or trend.signal.group != "early":
        return ""
    rows = evidence.found.rows
    alone = evidence.found.counted == len(rows) and all(row.what == "payment" for row in rows)
    return proposal_link(
        actor, to, led_by=f"Signal {trend.signal.name}, {near_day(day)} {day.year}", seen_by=trend.signal.key, day=day,
        payments=[row.name for row in rows] if alone else (),
    )  # fmt: skip


def _title(name: str, value: str, state: str, on: str) -> str:
    """ "Posted before Confirmed: 6 on Fri 13 Nov, out of range"."""
    if not state:
        return f"{name}: not read on {on}"
    if state == "unknown":
        return f"{name}: nothing to say on {on}"
    return f"{name}: {value} on {on}, {'out of range' if state == 'out' else 'in range'}"
