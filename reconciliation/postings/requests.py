"""A posting as the outside states it: accounts by code, amounts as text of minor units. Read and checked in one place, for
the API, the file and the commands alike."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, cast

from ledger.balancing import MAX_LEGS
from ledger.errors import BadPosting
from ledger.money import minor_from_text
from reconciliation.errors import BadInput, CannotBe
from reconciliation.stated import is_seen, missing, stated_metadata, stated_text

FIELDS = frozenset(
    {
        "key",
        "use_case",
        "status",
        "effective_on",
        "payment_id",
        "partner_reference",
        "batch_reference",
        "metadata",
        "entries",
        "corrects",
    }
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

DayOf = Callable[[Sequence[int], datetime], date]
"""From ledger account ids and an instant to the settlement day it falls on: the bank's calendars know, the edge passes it in."""


@dataclass(frozen=True, slots=True)
class RequestedEntry:
    account: str
    direction: Literal["DEBIT", "CREDIT"]
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PostingRequest:
    """`effective_on` None means: the settlement day of the recording instant on the reconciled account it touches."""

    key: str
    use_case: str
    entries: Sequence[RequestedEntry]
    status: Literal["PENDING", "POSTED"] = "POSTED"
    effective_on: date | None = None
    payment_id: str | None = None
    partner_reference: str | None = None
    batch_reference: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    corrects: str | None = None
    adjusts_on: date | None = None  # of a rule's own postings: the day in closed books that it belongs to

    def fingerprint(self) -> bytes:
        """SHA-256 of the request as stated: sent again on another day it is still the same request. Unit separators between
        the fields, which printable text cannot hold; a record separator where nothing was stated."""
        day = self.effective_on.isoformat() if self.effective_on else None
        stated = (
            self.key,
            self.use_case,
            self.status,
            day,
            self.payment_id,
            self.partner_reference,
            self.batch_reference,
        )
        said = ["\x1e" if text is None else text for text in (*stated, self.corrects)]
        said.append(_canonical(self.metadata) if self.metadata else "{}")
        for e in self.entries:
            said += (e.account, e.direction, str(e.amount_minor))
        return hashlib.sha256("\x1f".join(said).encode()).digest()


def read_posting(data: Mapping[str, Any], where: str) -> PostingRequest:
    """Check one posting of a payload. Raises BadInput naming the field."""
    if not isinstance(data, Mapping):
        raise BadInput("a posting is an object", where)
    unknown = sorted(set(data) - FIELDS)
    if unknown:
        raise BadInput(f"unknown field {unknown[0]!a:.80}", f"{where}.{unknown[0]:.80}")
    entries = data.get("entries")
    if not isinstance(entries, list) or not 2 <= len(entries) <= MAX_LEGS:
        raise BadInput(f"a posting has 2 to {MAX_LEGS} entries", f"{where}.entries")
    status = data.get("status", "POSTED")
    if status not in ("PENDING", "POSTED"):
        raise BadInput("status is PENDING or POSTED", f"{where}.status")
    metadata = stated_metadata(data.get("metadata") or {}, f"{where}.metadata")
    return PostingRequest(
        key=stated_text(data, "key", where, 200) or missing(where, "key"),
        use_case=stated_text(data, "use_case", where, 64) or missing(where, "use_case"),
        entries=[_entry(e, f"{where}.entries[{n}]") for n, e in enumerate(entries)],
        status=cast(Literal["PENDING", "POSTED"], status),
        effective_on=_day(data, where),
        payment_id=stated_text(data, "payment_id", where, 140),
        partner_reference=stated_text(data, "partner_reference", where, 140),
        batch_reference=stated_text(data, "batch_reference", where, 140),
        metadata=metadata,
        corrects=stated_text(data, "corrects", where, 64),
    )


def _entry(data: object, where: str) -> RequestedEntry:
    if not isinstance(data, Mapping) or set(data) != {"account", "direction", "amount_minor"}:
        raise BadInput("an entry has account, direction and amount_minor", where)
    if data["direction"] not in ("DEBIT", "CREDIT"):
        raise BadInput("direction is DEBIT or CREDIT", f"{where}.direction")
    try:
        amount = minor_from_text(data["amount_minor"])
    except BadPosting as refusal:
        raise BadInput(str(refusal), f"{where}.amount_minor") from refusal
    if amount <= 0:
        raise BadInput("amount_minor is positive; the direction carries the sign", f"{where}.amount_minor")
    account = data["account"]
    if not isinstance(account, str) or not is_seen(account, 64):
        raise BadInput("account is the code of an account, 1 to 64 printable characters", f"{where}.account")
    return RequestedEntry(account, data["direction"], amount)


def _day(data: Mapping[str, Any], where: str) -> date | None:
    value = data.get("effective_on")
    if value is None:
        return None
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise BadInput("effective_on is a date, YYYY-MM-DD", f"{where}.effective_on")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise CannotBe(f"effective_on: {error}", f"{where}.effective_on") from error
