"""One signal's context: what it counts, its days, and the rows behind one of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from console.display import near_day, plain
from console.pages.came_of import leading_back
from console.pages.links import Link
from console.pages.playbooks import playbook_link
from console.pages.recovery_opening import proposal_link
from console.pages.signal_rows import WORDS, evidence_row, height, history_row, spark, value_words
from ledger.actors import Actor
from reconciliation.checkpoints.in_force import in_force
from reconciliation.oversight.review.period import Period
from reconciliation.oversight.routing.routes import routes
from reconciliation.oversight.signals.measured import MOST_ROWS, span_of
from reconciliation.oversight.signals.signal_pages import Evidence, Trend
from reconciliation.permissions import Permission, holders

ALERTS = {
    "webhook-recency": "WebhookSilence", "checkpoint-lag": "CheckpointLag", "queue-depth": "QueueBreach",
    "drift-left": "DriftPersists", "provider-latency": "ProviderLatency", "payout-backlog": "ReviewBacklog",
}  # fmt: skip
"""Of each operational signal, the rule of deploy/prometheus/alerts.yml that tells of it."""


MOVES = {
    "hand-edits": ("commerce.move_by_hand",),
    "posted-early": ("posting.post",),
    "closed-as-other": ("case.resolve_other",),
}


def signal_context(
    trend: Trend,
    evidence: Evidence | None,
    *,
    day: date,
    raised: Mapping[date, datetime],
    to: Link,
    actor: Actor,
    came: Period | None = None,
) -> dict[str, Any]:
    """templates/review/signal.html. `came`: the period that it was opened from."""
    signal = trend.signal
    reading = evidence.reading if evidence else None
    value = value_words(signal, reading) if reading else "unknown"
    so_far = reading is not None and not span_of(reading.day, reading.as_of).whole
    return {
        "name": signal.name, "definition": signal.definition, "goal": reading.goal if reading else signal.goal,
        "title": _title(signal.name, value, reading.state if reading else "", near_day(day), so_far), "so_far": so_far,
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
        "decided": _decided(signal.key, to),
        "hears": _hears(signal.key),
        "back_href": to("review", until=came.last.isoformat(), span=came.kind) if came else to("review"),
        "playbook": playbook_link(routes().signals[signal.key], leading_back(to, {"of": signal.key, "day": day.isoformat()})),
    }  # fmt: skip


def _decided(key: str, to: Link) -> list[dict[str, str]]:
    """The checkpoints in force that let such a move through or stop it, to be tightened: {title, href|""}."""
    clauses = [c for move in MOVES.get(key, ()) for c in in_force().asked.get(move, ())]
    named = dict.fromkeys((c.key, f"{c.policy} v{c.version}") for c in clauses)
    return [{"title": title, "href": to("checkpoint-of", policy)} for policy, title in named]


def _hears(key: str) -> str:
    """Who is told of it, and how."""
    home = f"It stands on the drift heartbeat of the roles {_listed(holders(Permission.VIEW_REVIEW))}, as last read"
    if key in ALERTS:
        return f"{home}. Outside, the alert rule {ALERTS[key]} tells of it where Prometheus reads the metrics."
    return (
        f"{home}. A day out of range is put on record once, here and in the audit trail; no receiver of escalation hears it, so "
        "somebody has to look."
    )


def _listed(roles: Sequence[str]) -> str:
    """ "analyst, controller and policy admin"."""
    *most, last = [plain(role) for role in roles]
    return f"{', '.join(most)} and {last}" if most else last


def _recover(trend: Trend, evidence: Evidence | None, day: date, actor: Actor, to: Link) -> str:
    """The form of a recovery run over the day and, where its rows name payments, over these; "" where nothing is out of range,
    and for what drift of payments is not behind."""
    if evidence is None or evidence.reading.state != "out" or trend.signal.group != "early":
        return ""
    rows = evidence.found.rows
    names = [row.name if row.what == "payment" else row.payment for row in rows]
    alone = evidence.found.counted == len(rows) and all(names)
    return proposal_link(
        actor, to, led_by=f"Signal {trend.signal.name}, {near_day(day)} {day.year}", seen_by=trend.signal.key, day=day,
        payments=sorted(set(names)) if alone else (),
    )  # fmt: skip


def _title(name: str, value: str, state: str, on: str, so_far: bool) -> str:
    """ "Posted before Confirmed: 6 on Fri 13 Nov, out of range"."""
    on = f"{on} so far" if so_far else on
    if not state:
        return f"{name}: not read on {on}"
    if state == "unknown":
        return f"{name}: nothing to say on {on}"
    return f"{name}: {value} on {on}, {'out of range' if state == 'out' else 'in range'}"
