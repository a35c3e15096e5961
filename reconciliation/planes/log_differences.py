"""What stands open in the provider plane by itself, as differences that cases are made of: which class a gap, an unread type and
a failed confirmation are, what each contributes, and what its case keeps as evidence. Pure.

A contribution is the later plane less the earlier one: the log less the provider, the ledger less the bank.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconciliation.cases.sync_log_cases import LogDifference
from reconciliation.provider.polling.gaps import WaitedGap

PAYMENT, GAP, EVENT = 2, 6, 7  # sides, as the rows of cases name them
LOG, BOOKED = "provider-log", "provider-ledger"
CLASSES_OF: Mapping[str, str] = {
    "missing": "missing_counterpart", "unknown": "missing_counterpart", "status": "ambiguous_finality",
    "amount": "amount_mismatch",
}  # fmt: skip
CLASS_NAME = re.compile(r"\A[A-Za-z_]\w*: (?=\S)")
FAILED_CONFIRMATION = 5  # the cause of bank drift that it is


@dataclass(frozen=True, slots=True)
class UnreadType:
    """The first event of a type that no reader of the endpoint's scheme knows. `id` is its row in the log."""

    id: int
    endpoint_id: int
    word: str
    endpoint: str
    scheme: str
    event_id: str
    payment_ref: str
    order_ref: str
    occurred_at: datetime
    received_at: datetime
    payment_id: str


@dataclass(frozen=True, slots=True)
class FailedConfirmation:
    """A settlement that the bank completed and whose confirmation was refused or given up. `payment` is the provider's row;
    `transaction` the first of `waiting` PENDING ones under the reference, None without one, and `booked` its amount."""

    state: str
    attempts: int
    error: str
    asked_at: datetime
    payment: int
    endpoint_id: int
    endpoint: str
    partner_reference: str
    order_ref: str
    thread: str
    settled: Decimal | None
    asset: str
    settled_at: datetime | None
    first_at: datetime
    transaction: int | None
    ledger_payment_id: str
    booked: Decimal | None
    booked_asset: str | None
    waiting: int

    @property
    def payment_id(self) -> str:
        """The ledger's name of the payment, else ours as the bank repeats it, else the reference."""
        return self.ledger_payment_id or self.thread or self.order_ref or self.partner_reference


def of_gap(w: WaitedGap) -> LogDifference:
    g = w.gap
    asset = g.asset or w.our_asset or w.payment_asset
    name = f"event {g.event_id}" if g.event_id else f"payment {g.payment_ref}"
    words = {
        "missing": f"the provider lists {name} as {g.theirs}, the log has not got it",
        "unknown": f"the log holds {name} as {g.ours}, the provider does not list it",
        "status": f"{name}: the provider lists {g.theirs}, the log holds {g.ours}",
        "amount": f"{name}: amount mismatch: the provider lists another amount than the log holds",
    }
    return LogDifference(
        LOG, g.kind, CLASSES_OF[g.kind], None, (GAP, g.id), w.first_occurred_at.date(), _contribution(w), asset,
        w.payment_id or g.payment_ref, g.event_id or g.order_ref, words[g.kind],
        {
            "endpoint": w.endpoint, "endpoint_id": g.endpoint_id,
            "listed": None if g.kind == "unknown" else _side(g.theirs, g.occurred_at, g.amount_minor, g.asset, w),
            "logged": None if g.kind == "missing" else _side(g.ours, w.our_at, w.our_minor, w.our_asset, w),
            "poll": [g.first_at.isoformat(), g.last_at.isoformat(), g.adapter, g.compared],
        },
    )  # fmt: skip


def of_unread_type(u: UnreadType) -> LogDifference:
    """`logged` shows its first event; how many came since is the log's own page to say."""
    words = f"{u.endpoint} sends {u.word}, a type that no reader of {u.scheme} knows: stored, and it moves nothing"
    logged = {
        "word": u.word, "at": u.occurred_at.isoformat(), "amount": None, "asset": "", "event": u.event_id,
        "payment": u.payment_ref, "order": u.order_ref,
    }  # fmt: skip
    return LogDifference(
        LOG, "unknown_type", "ambiguous_finality", None, (EVENT, u.id), u.received_at.date(), 0, "",
        u.payment_id or u.payment_ref, u.event_id, words,
        {"endpoint": u.endpoint, "endpoint_id": u.endpoint_id, "listed": None, "logged": logged, "poll": None},
    )  # fmt: skip


def of_failed_confirmation(f: FailedConfirmation) -> LogDifference:
    settled = None if f.settled is None else int(f.settled)
    booked = None if f.booked is None else int(f.booked)
    differs = f.waiting == 1 and settled is not None and booked is not None and settled != booked
    money = settled if settled is not None else booked
    contribution = booked - settled if differs and booked is not None and settled is not None else -(money or 0)
    tried = "given up" if f.state == "dead" else "refused"
    bank: list[Any] = [
        f.partner_reference,
        f.order_ref,
        "confirmed",
        [],
        f.asset,
        None,
        _text(f.settled),
        None,
        _iso(f.settled_at),
    ]
    ours = [[f.transaction, _text(f.booked), f.booked_asset, None, None]] if f.transaction else []
    error = said_without_class(f.error)
    return LogDifference(
        BOOKED, "confirmation_failed", "amount_mismatch" if differs else "missing_counterpart",
        None if differs else FAILED_CONFIRMATION, (PAYMENT, f.payment), f.first_at.date(), contribution,
        f.asset or f.booked_asset or "", f.payment_id, f.partner_reference,
        f"the bank completed {f.partner_reference}, its confirmation is {tried} after {_attempts(f.attempts)}: {error}",
        {"endpoint": f.endpoint, "endpoint_id": f.endpoint_id, "payments": [bank], "postings": ours,
         "stage": f.state, "confirmation": [f.state, f.attempts, error, f.asked_at.isoformat()]},
    )  # fmt: skip


def _contribution(w: WaitedGap) -> int:
    g = w.gap
    if g.kind == "missing":
        return -int(g.amount_minor or 0)
    if g.kind == "unknown":
        return int(g.amount_minor or 0)
    if g.kind == "amount" and g.amount_minor is not None and w.our_minor is not None and w.our_asset == g.asset:
        return int(w.our_minor - g.amount_minor)
    return 0


def _side(word: str, at: datetime | None, amount: Decimal | None, asset: str, w: WaitedGap) -> dict[str, Any]:
    return {
        "word": word, "at": _iso(at), "amount": _text(amount), "asset": asset, "event": w.gap.event_id,
        "payment": w.gap.payment_ref, "order": w.gap.order_ref,
    }  # fmt: skip


def said_without_class(error: str) -> str:
    """What an error says, without the name of its class in front: names of the code are none of the reader's."""
    return CLASS_NAME.sub("", error)


def _attempts(n: int) -> str:
    return f"{n} attempt{'' if n == 1 else 's'}"


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(int(amount))


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
