"""Asking for a correction as machines do: the words of an API's body or of a command, read in one place, and the
use case that the page calls too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ledger.actors import Actor
from reconciliation.approvals.made_before import Made
from reconciliation.corrections.reason_codes import LONGEST
from reconciliation.corrections.request_booking import request_booking
from reconciliation.corrections.request_confirmation import request_confirmation
from reconciliation.corrections.request_identification import request_identification
from reconciliation.corrections.request_repost import request_repost
from reconciliation.corrections.request_reversal import request_reversal
from reconciliation.errors import BadInput, CannotBe
from reconciliation.stated import is_seen

FIELDS = frozenset({"kind", "transaction", "reason_code", "note", "case", "key", "payment", "counter"})
# What each kind names beside its reason, note and key; a reversal may name its case.
NAMES: dict[str, frozenset[str]] = {
    "reverse": frozenset({"transaction"}), "confirm": frozenset({"transaction", "case"}),
    "repost": frozenset({"transaction", "case"}), "book": frozenset({"case"}),
    "identify": frozenset({"transaction", "payment", "counter"}),
}  # fmt: skip
LARGEST_CASE = 10**15
LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: `transaction` is an id, whole or short ("" of a booking), `case` a case's number or None, `payment` and
    `counter` the payment and the account's code of an identification, `key` tells one asking from the next."""

    kind: Literal["reverse", "confirm", "repost", "book", "identify"]
    transaction: str
    reason_code: str
    note: str
    key: str
    case: int | None = None
    payment: str = ""
    counter: str = ""


def read_asked(given: Mapping[str, Any]) -> Asked:
    """Read the words. Raises BadInput naming the field."""
    if unknown := sorted(set(given) - FIELDS):
        raise BadInput(f"unknown field {unknown[0]!r:.80}", f"{unknown[0]:.80}")
    kind, case, note = given.get("kind"), given.get("case"), given.get("note", "")
    if kind not in ("reverse", "confirm", "repost", "book", "identify"):
        raise BadInput("kind is reverse, confirm, repost, book or identify", "kind")
    if case is not None and (type(case) is not int or not 1 <= case < LARGEST_CASE):
        raise BadInput("case is the number of a case", "case")
    if kind == "confirm" and case is None:
        raise CannotBe("a confirmation names the case whose bank line it rests on", "case")
    for name in ("transaction", "case", "payment", "counter"):
        stated, needed = given.get(name) not in (None, ""), name in NAMES[kind]
        if needed and not stated:
            raise CannotBe(f"to {kind} names its {name}", name)
        if stated and not needed and (name, kind) != ("case", "reverse"):
            raise CannotBe(f"to {kind} names no {name}", name)
    # A note has lines; what PostgreSQL cannot hold is refused here, with its place.
    if not isinstance(note, str) or len(note) > LONGEST or "\x00" in note or _has_surrogates(note):
        raise BadInput(f"note is text of at most {LONGEST} characters", "note")
    named = {name: _word(given, name) if name in NAMES[kind] else "" for name in ("transaction", "payment", "counter")}
    return Asked(
        kind, named["transaction"], _word(given, "reason_code"), note, _word(given, "key"), case, named["payment"],
        named["counter"],
    )  # fmt: skip


def ask_for(asked: Asked, *, actor: Actor, at: datetime) -> Made:
    """Call the use case of the kind. Needs a tenant scope. Raises what the use case of the kind does."""
    same: dict[str, Any] = {
        "reason_code": asked.reason_code, "note": asked.note,
        "idempotency_key": asked.key, "actor": actor, "at": at,
    }  # fmt: skip
    if asked.kind == "identify":
        return request_identification(
            receipt=asked.transaction, payment_id=asked.payment, counter=asked.counter, **same
        )
    if asked.kind == "reverse":
        return request_reversal(transaction=asked.transaction, case=asked.case, **same)
    assert asked.case is not None  # noqa: S101  read_asked has refused it
    if asked.kind == "book":
        return request_booking(case=asked.case, **same)
    if asked.kind == "repost":
        return request_repost(transaction=asked.transaction, case=asked.case, **same)
    return request_confirmation(transaction=asked.transaction, case=asked.case, **same)


def answer(made: Made) -> dict[str, Any]:
    """How a request is told to whoever asked: its name, its state, and the instant (ISO 8601) at which it expires."""
    return {
        "request": f"CR-{made.number}", "state": made.state, "expires_at": made.expires_at.isoformat(),
        "created": made.created,
    }  # fmt: skip


def _word(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not is_seen(value, LONGEST_WORD):
        raise BadInput(f"{name} is printable text of 1 to {LONGEST_WORD} characters", name)
    return value


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
