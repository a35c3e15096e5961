"""What each signal was on a day, as of an instant of it or of its end."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from reconciliation.oversight.signals import early, operational
from reconciliation.oversight.signals.catalogue import SIGNALS, State, judged
from reconciliation.oversight.signals.measured import Measured, Span, span_of

MEASURES: Mapping[str, Callable[[Span], Measured]] = {
    "hand-edits": early.hand_edits,
    "explorer-notes": early.explorer_notes,
    "auto-resolve": early.auto_resolve,
    "posted-early": early.posted_early,
    "closed-as-other": early.closed_as_other,
    "webhook-recency": operational.webhook_recency,
    "checkpoint-lag": operational.checkpoint_lag,
    "queue-depth": operational.queue_depth,
    "drift-left": operational.drift_left,
    "provider-latency": operational.provider_latency,
    "payout-backlog": operational.payout_backlog,
}


def measure(key: str, day: date, *, at: datetime) -> tuple[Measured, State]:
    """What it was as of `at`, at the day's end at most, and whether that is in range. Needs a tenant scope. KeyError for a
    signal that there is not."""
    found = MEASURES[key](span_of(day, at))
    return found, state_of(key, found)


def state_of(key: str, found: Measured) -> State:
    """In range, out of it, or nothing to say."""
    state = judged(SIGNALS[key], found.value, found.of, found.parts)
    if state == "unknown" or found.out is None:
        return state
    return "out" if found.out else "in"
