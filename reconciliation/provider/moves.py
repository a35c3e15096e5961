"""Which event moves which status: tables alone. What stands in none of them contradicts.

A terminal status (confirmed, expired, failed) is never downgraded, except by the falls that a provider documents and by
what its own operator marked there.
"""

from typing import Literal

from reconciliation.provider.formats.event import EventType, Flag, ProviderEvent, Status

Outcome = Literal["moved", "fell", "stood", "contradicted", "unknown"]
Pair = tuple[Status, EventType]

MOVES: dict[Pair, Status] = {
    ("pending", "detected"): "paid",
    ("pending", "confirmed"): "confirmed",
    ("pending", "expired"): "expired",
    ("pending", "failed"): "failed",
    ("paid", "confirmed"): "confirmed",
}
# What says nothing new, or comes late: a repetition in other words, or news of a stage that is passed.
STANDS: frozenset[Pair] = frozenset({
    ("pending", "created"), ("pending", "noted"), ("pending", "reverted"),
    ("paid", "created"), ("paid", "detected"), ("paid", "noted"),
    ("confirmed", "created"), ("confirmed", "detected"), ("confirmed", "confirmed"), ("confirmed", "noted"),
    ("expired", "created"), ("expired", "expired"), ("expired", "noted"), ("expired", "reverted"),
    ("expired", "detected"), ("expired", "confirmed"),  # late money: held, and never taken for a payment in time
    ("failed", "created"), ("failed", "failed"), ("failed", "noted"), ("failed", "reverted"),
})  # fmt: skip
FALLS: dict[str, dict[Pair, Status]] = {
    # Replaced by fee (Processing → New); not confirmed in time (Processing → Invalid).
    "btcpay": {("paid", "reverted"): "pending", ("paid", "failed"): "failed"},
    # A payment that asks for another method; a payout that was paid and came back.
    "stripe": {("paid", "reverted"): "pending", ("paid", "failed"): "failed"},
    # An authorisation cancelled; a capture that failed after it was accepted.
    "adyen": {("paid", "failed"): "failed", ("confirmed", "failed"): "failed"},
    # Rejected out of band after settlement was reported: the bank wins ties.
    "bank": {("paid", "failed"): "failed", ("confirmed", "failed"): "failed"},
}
# An operator at the provider may settle or invalidate by hand; such events carry the flag `marked`.
MARKED: dict[Pair, Status] = {
    ("expired", "confirmed"): "confirmed",
    ("expired", "failed"): "failed",
    ("failed", "confirmed"): "confirmed",
    ("confirmed", "failed"): "failed",
}
INCOMPLETE: frozenset[Flag] = frozenset({"under", "partial"})  # transient: gone once the whole has come
GONE: frozenset[Flag] = INCOMPLETE | {"reorged"}  # and a reorganisation is over once the money is final


def outcome_of(before: Status, flags: frozenset[Flag], event: ProviderEvent) -> tuple[Outcome, Status, frozenset[Flag]]:
    """What an event does to a status with its flags: the outcome, the status after, the flags after."""
    outcome, after = _move(before, event)
    added = frozenset(event.flags)
    if outcome == "unknown":
        return outcome, after, flags
    if outcome == "contradicted":  # not believed, except that money went missing: that must be seen
        return outcome, after, flags | (added & {"reorged"})
    if before == "confirmed":
        added -= INCOMPLETE  # news of a stage that is passed
    if before == "expired" and after == "expired" and event.type in ("detected", "confirmed"):
        added |= {"late"}
    if outcome == "moved" and after in ("paid", "confirmed"):
        flags -= GONE if after == "confirmed" else INCOMPLETE
    return outcome, after, flags | added


def _move(before: Status, event: ProviderEvent) -> tuple[Outcome, Status]:
    pair: Pair = (before, event.type)
    if event.type == "unknown":
        return "unknown", before
    if before == "confirmed" and event.type == "noted" and INCOMPLETE & set(event.flags):
        return "contradicted", before
    if pair in MOVES:
        return "moved", MOVES[pair]
    if "marked" in event.flags and pair in MARKED:
        return "moved", MARKED[pair]
    fall = FALLS.get(event.scheme, {}).get(pair)
    if fall is not None:
        return "fell", fall
    return ("stood" if pair in STANDS else "contradicted"), before
