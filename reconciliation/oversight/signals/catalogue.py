"""The signals: what each counts, in what unit, and from where on it is out of range. Pure.

The ranges are the product's own and the same for every tenant; each stored reading keeps the range that it was judged by, so a
later one judges no past day anew. A day is a day in UTC. Source: DOMAIN, Signals; the limits of the operational ones are those of
the alert rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Group = Literal["early", "operational"]
Unit = Literal["count", "share", "seconds", "money"]
State = Literal["in", "out", "unknown"]
STATES: tuple[State, ...] = ("in", "out", "unknown")
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Signal:
    """`limit`: a count, thousandths of a whole, or seconds, beyond which it is out of range; of money any minor unit is. A share is
    out from its limit on, everything else beyond it. `goal` says the same in words."""

    key: str
    name: str
    group: Group
    unit: Unit
    limit: int
    goal: str
    definition: str


EARLY = (
    Signal(
        "hand-edits", "States edited by hand", "early", "count", 0, "goal 0",
        "Moves of an order that a person made, and payments that somebody marked by hand at the provider, on the day. States are "
        "meant to follow webhooks by rules and matchers. Moves that a rule or a matcher made are not counted. On a day on which "
        "nothing moved there is nothing to say.",
    ),
    Signal(
        "explorer-notes", "Notes citing explorer links", "early", "share", 30, "below 3 %",
        "Of the notes on cases and order moves, and the macros saved, on the day: those that cite a block explorer's address or a "
        "bare transaction id and name no payment_id of ours. A digest that is called one, and an address of another kind, are no "
        "such link. Without a note there is nothing to say.",
    ),
    Signal(
        "auto-resolve", "Auto-resolve rate, tolerance unchanged", "early", "share", 20, "no rise of 2 points",
        "Of the differences that the matchers between commerce, provider and ledger judged on the day: those that a rule settled "
        "by itself, within tolerance or as an underpayment below its threshold. Out of range when the rate rose within the last 14 "
        "days by 2 points or more, by more than chance gives once in 1,000, and no version of a matcher came into force within "
        "3 days of the rise. The test looks at 28 days and needs 6 of them with differences.",
    ),
    Signal(
        "posted-early", "Posted before Confirmed", "early", "count", 0, "goal 0",
        "Deposits and recognitions of a payment, POSTED on the day before the time of the provider's Confirmed, or without one by "
        "the day's end. What counts is when it was recorded, not the day that it is dated on. Reversals are not counted. Without "
        "such a posting there is nothing to say.",
    ),
    Signal(
        "closed-as-other", "Closed as “other”", "early", "share", 20, "below 2 %",
        "Of the cases of one class that ended in the seven days up to the day: those ended as “other”, where two or more were. The "
        "class with the greatest share is shown. One alone is no pattern and counts as none. Where no case ended there is nothing "
        "to say.",
    ),
)  # fmt: skip
OPERATIONAL = (
    Signal(
        "webhook-recency", "Webhook recency, worst endpoint", "operational", "seconds", 6 * HOUR, "within 6 h",
        "Time since the last verified webhook of the endpoint that was silent longest. Deliveries that do not verify do not count. "
        "Without an endpoint there is nothing to say.",
    ),
    Signal(
        "checkpoint-lag", "Checkpoint lag, p95", "operational", "seconds", 8 * HOUR, "within 8 h",
        "How long requests waited for their decision: the 95th percentile of those that ended on the day or still wait at its end. "
        "Without one there is nothing to say.",
    ),
    Signal(
        "queue-depth", "Exception queue depth", "operational", "count", 400, "up to 400",
        "Cases that stood open at the day's end, by class and age. Their class is the one that they have when it is read.",
    ),
    Signal(
        "drift-left", "Gross drift after matchers", "operational", "money", 0, "goal 0",
        "What the newest check of each account and day left as differences, summed without signs, per currency. Days that differ "
        "in timing alone are not counted. Where a day is unknown and no drift is known there is nothing to say.",
    ),
    Signal(
        "provider-latency", "Provider latency, p95", "operational", "seconds", 4 * HOUR, "within 4 h",
        "From detected to confirmed, by the provider's own times: the 95th percentile of the payments confirmed on the day, at the "
        "slowest endpoint. Where none was confirmed there is nothing to say.",
    ),
    Signal(
        "payout-backlog", "Payout review backlog", "operational", "count", 100, "up to 100",
        "PENDING postings and undecided requests at the day's end.",
    ),
)  # fmt: skip
SIGNALS: Mapping[str, Signal] = {signal.key: signal for signal in (*EARLY, *OPERATIONAL)}


def judged(signal: Signal, value: int | None, of: int | None, parts: Mapping[str, int]) -> State:
    """In or out of range, by value alone; the change-point test of auto-resolve is asked apart. `parts`: minor units by asset of
    a sum of money, which has no one value."""
    if signal.unit == "money":
        return ("out" if any(parts.values()) else "in") if parts else "unknown"
    if value is None or (signal.unit == "share" and not of):
        return "unknown"
    if signal.unit == "share":
        return "out" if value > 0 and value * 1000 >= signal.limit * (of or 0) else "in"
    return "out" if value > signal.limit else "in"
