"""Everything that happened to a payment, plane by plane, with its source, in order of time."""

from datetime import datetime
from typing import Any, NamedTuple

from console.display import moment, plain, short_day
from console.pages.links import Link
from console.pages.written import amount
from console.templatetags.money import figure
from ledger.transaction_ids import short_name
from reconciliation.lookup.facts import EventFact, LineFact, PaymentFacts, TransactionFact
from reconciliation.lookup.plane_status import standing_of
from reconciliation.lookup.statuses import moved_by

WORDS = {
    "created": "created", "detected": "detected, not final", "confirmed": "confirmed, final", "expired": "expired",
    "failed": "failed", "reverted": "gone again", "noted": "noted", "unknown": "a type that is not known",
}  # fmt: skip


class Happened(NamedTuple):
    """One cell of the timeline. `wait`: it has not happened yet."""

    at: datetime
    plane: str
    title: str
    small: str
    href: str = ""
    wait: bool = False


def happened(facts: PaymentFacts, at: datetime, to: Link) -> list[Happened]:
    """In order of time; what is expected stands at the time until which it is."""
    found = [*_commerce(facts, to), *(_event(e, to) for e in facts.events), *_ledger(facts, to)]
    found += [_line(line, to) for line in (*facts.lines, *facts.uncounted)] + _awaited(facts)
    return sorted(found, key=lambda event: event.at)


def _commerce(facts: PaymentFacts, to: Link) -> list[Happened]:
    told = [
        Happened(
            o.placed_at,
            "commerce",
            "Order placed",
            f"expects {_money(o.expected, o.asset)}, by {o.source}",
            to("order", o.order_ref),
        )
        for o in facts.orders
    ]
    for move in facts.moves:
        why = ", ".join(x for x in (move.reason_code, move.ticket) if x)
        told.append(
            Happened(move.at, "commerce", f"Order {move.to_state}", moved_by(move.source) + (f": {why}" if why else ""))
        )
    return told


def _event(event: EventFact, to: Link) -> Happened:
    again = f", delivered {event.times} times" if event.times > 1 else ""
    sum_ = f"{_money(event.amount, event.asset)}, " if event.amount is not None and event.asset else ""
    flags = f", {', '.join(event.flags)}" if event.flags else ""
    title = f"{event.provider_type}: {WORDS[event.type]}"
    return Happened(event.at, "provider", title, f"{sum_}verified{flags}{again}", to("event", event.public_id))


def _ledger(facts: PaymentFacts, to: Link) -> list[Happened]:
    told: list[Happened] = []
    for t in facts.transactions:
        name, href = short_name(t.public_id), to("ledger-transaction", t.public_id)
        what = "reversal" if t.reverses else "re-post" if t.corrects else plain(t.use_case)
        if t.moved_at is None:
            told.append(
                Happened(t.recorded_at, "ledger", f"{t.status} {name}", f"{what}, {_money(t.amount, t.asset)}", href)
            )
        else:
            told.append(
                Happened(t.recorded_at, "ledger", f"PENDING {name}", f"{what}, {_money(t.amount, t.asset)}", href)
            )
            told.append(
                Happened(t.moved_at, "ledger", f"{t.moved_to} {name}", f"effective {short_day(t.effective_on)}", href)
            )
    return told


def _line(line: LineFact, to: Link) -> Happened:
    day = line.counts_on.isoformat()
    says = f"{_money(line.amount, line.asset)}, {line.bank}, value {short_day(line.counts_on)}"
    href = to("bank-lines", account=line.code, **{"from": day, "until": day})
    return Happened(line.imported_at, "bank", _line_title(line), says, href)


def _line_title(line: LineFact) -> str:
    if line.counts:
        return "Line on the statement"
    if line.intraday:
        return "Seen intraday, expected"
    return "Line not booked" if line.status != "BOOK" else "Line that counts nowhere"


def _awaited(facts: PaymentFacts) -> list[Happened]:
    waiting: list[TransactionFact] = [
        t for t in standing_of(facts) if t.bank and not t.matched and t.due_at is not None
    ]
    if facts.lines or not waiting:
        return []
    last: Any = max(waiting, key=lambda t: t.due_at or t.recorded_at)
    return [
        Happened(
            last.due_at,
            "bank",
            "Line expected",
            f"{last.bank}, by {moment(last.due_at)} UTC; missing only after that",
            "",
            True,
        )
    ]


def _money(minor: int, asset: str) -> str:
    return figure(amount(minor, asset))
