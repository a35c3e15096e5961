"""What every reader returns, whatever the provider sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Status = Literal["pending", "paid", "confirmed", "expired", "failed"]
Flag = Literal["under", "over", "late", "partial", "marked", "reorged"]
EventType = Literal[
    "created",  # the provider knows the payment
    "detected",  # it has seen money: `paid`, which is not final
    "confirmed",  # it says that the money is final
    "expired",
    "failed",  # rejected, cancelled or invalid
    "reverted",  # what was detected is gone again: back to pending
    "noted",  # changes flags alone, if anything
    "unknown",  # not in the reader's table
]
STATUSES: tuple[Status, ...] = get_args(Status)
FLAGS: tuple[Flag, ...] = get_args(Flag)
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One thing that a provider reported about one payment.

    `event_id` is the provider's name for it, always out of what the signature covers; the same id is the same event.
    `provider_type` is the provider's own word for `type`. `payment_ref` is its id of the payment and `order_ref` ours as it
    was told ("" where not given). `amount_minor` is that of the receipt that `txid` names, or of the whole payment when
    `txid` is empty; None where the event states none. `occurred_at` is by the provider's clock, in UTC.
    """

    scheme: str
    event_id: str
    type: EventType
    provider_type: str
    payment_ref: str
    order_ref: str
    occurred_at: datetime
    amount_minor: int | None = None
    asset: str = ""
    txid: str = ""
    flags: tuple[Flag, ...] = ()
    detail: str = ""
