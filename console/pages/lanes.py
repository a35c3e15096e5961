"""The four lanes of a payment as an SVG: which state when. Integers only."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from console.display import moment
from reconciliation.lookup.facts import PaymentFacts
from reconciliation.lookup.plane_status import main_payment, standing_of
from reconciliation.lookup.settled import returned

LEFT, RIGHT, WIDE_LETTER = 112, 1120, 7
TICKS = 6
LANES = ("Commerce", "Provider", "Ledger", "Bank")


class Segment(NamedTuple):
    """x, y and width of a bar, its class and its label ("" where it does not fit), with the place of the label; `says` is the
    whole label with its times, wherever the bar is pointed at."""

    x: int
    y: int
    width: int
    css: str
    label: str
    label_x: int
    label_y: int
    says: str


def lanes_context(facts: PaymentFacts, at: datetime) -> dict[str, Any] | None:
    """What the partial `lanes` of templates/payments/payment.html names; None when nothing has a length."""
    spans = _spans(facts, at)
    if not spans:
        return None
    first, last = min(s[1] for s in spans), max(*(s[2] for s in spans), at)
    whole = max(int((last - first).total_seconds()), 1)

    def x(moment_: datetime) -> int:
        return LEFT + int((moment_ - first).total_seconds()) * (RIGHT - LEFT) // whole

    segments = []
    for lane, start, end, css, label in spans:
        width = max(x(end) - x(start), 2)
        fits = len(label) * WIDE_LETTER + 12 <= width
        says = f"{LANES[lane]}: {label}, {moment(start)} to {moment(end)} UTC"
        segments.append(
            Segment(x(start), 6 + 26 * lane, width, css, label if fits else "", x(start) + 6, 17 + 26 * lane, says)
        )
    step = timedelta(seconds=whole // TICKS)
    return {
        "segments": segments, "names": [(name, 17 + 26 * n) for n, name in enumerate(LANES)],
        "ticks": [(x(first + step * n), moment(first + step * n)) for n in range(TICKS)] if whole > 600 else [],
        "now": x(at), "says": f"Four lanes from {moment(first)} to {moment(last)} UTC. The table below holds the same events.",
    }  # fmt: skip


def _spans(facts: PaymentFacts, at: datetime) -> list[tuple[int, datetime, datetime, str, str]]:
    """(lane, from, until, class, label)"""
    found: list[tuple[int, datetime, datetime, str, str]] = []
    if facts.orders:
        order, since = facts.orders[0], facts.orders[0].placed_at
        state = "open"
        for move in (m for m in facts.moves if m.order_id == order.id):
            found.append((0, since, move.at, "seg-c0", state))
            since, state = move.at, move.to_state
        found.append((0, since, max(at, since), "seg-c1" if state != "open" else "seg-c0", state))
    payment = main_payment(facts)
    if payment is not None:
        detected, confirmed = payment.detected_at, payment.confirmed_at
        found.append(
            (1, payment.first_event_at, detected or confirmed or max(at, payment.first_event_at), "seg-p0", "seen")
        )
        if detected:
            found.append((1, detected, confirmed or max(at, detected), "seg-p0", "paid, not final"))
        if confirmed:
            found.append((1, confirmed, max(at, confirmed), "seg-p1", payment.status))
    back = {t.reverses: t.posted_at or t.recorded_at for t in facts.transactions if t.reverses}
    for t in [*(t for t in facts.transactions if t.id in back), *standing_of(facts)[:1]]:
        until = t.moved_at or (t.recorded_at if t.status == "POSTED" else max(at, t.recorded_at))
        if until > t.recorded_at:
            found.append((2, t.recorded_at, until, "seg-l0", "PENDING"))
        if t.status == "POSTED":
            found.append((2, until, max(back.get(t.id, at), until), "seg-l1", "POSTED"))
        if t.id in back:
            found.append((2, back[t.id], max(at, back[t.id]), "seg-b0", "reversed"))
    return found + _bank(facts, at)


def _bank(facts: PaymentFacts, at: datetime) -> list[tuple[int, datetime, datetime, str, str]]:
    standing = [t for t in standing_of(facts) if t.bank]
    if facts.lines:
        came, until = facts.lines[0].imported_at, facts.lines[-1].imported_at
        if returned(facts):
            return [(3, came, until, "seg-l1", "on the statement"), (3, until, max(at, until), "seg-b0", "returned")]
        return [(3, came, max(at, came), "seg-l1", "on the statement")]
    due = max((t.due_at for t in standing if t.due_at and not t.matched), default=None)
    since = min((t.posted_at or t.recorded_at for t in standing), default=None)
    return [(3, since, due, "seg-b0", f"expected by {moment(due)}")] if since and due and due > since else []
