"""What a provider lists for a period: its events, or where it lists none, its payments with their status. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciliation.provider.formats.event import Status


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """`word` is the provider's own for the type; "" and None where it states none."""

    event_id: str
    word: str
    payment_ref: str
    order_ref: str
    occurred_at: datetime
    amount_minor: int | None = None
    asset: str = ""
    txid: str = ""


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """`status` is None for a word that no table reads: it differs from whatever stands here, and is shown."""

    payment_ref: str
    order_ref: str
    word: str
    status: Status | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the two. A listing may reach beyond the period that is compared: what lies outside is known to the provider and
    compared with nothing."""

    events: Sequence[ListedEvent] | None = None
    payments: Sequence[ListedPayment] | None = None


class PollFailed(Exception):
    """The provider could not be asked, or its answer not be read. The message names neither token nor contents."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
