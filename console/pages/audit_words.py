"""An audit row's details in words: ids short, amounts as money, days as days. The row keeps them exact; a page shows
the whole of them on hover, the verifier reads all."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from console.display import digest, money, short_day
from console.pages.words import ISO_DATE
from console.pages.written import UUID
from ledger.assets import EXPONENTS

DIGEST = re.compile(r"[0-9a-f]{64}")
CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
NUMBERED = frozenset(
    {"decision", "request", "number", "version", "case", "line", "run"}
)  # names of things, no quantities
NAMES_A_TRANSACTION = ("about", "transaction")


def subject_words(action: str, subject: str) -> str:
    """What an act was done to, its id short: LT-1A2B3C4D for a transaction."""
    return _short(subject, action.startswith("transaction."))


def detail_words(detail: Mapping[str, Any]) -> str:
    """The details of a row, a comma between them."""
    rest = dict(detail)
    told = []
    if "ok" in rest:
        told.append("everything holds" if rest.pop("ok") else "something does not hold")
    if "head" in rest:
        number = str(rest.pop("head")).partition(":")[0]
        told.append(f"up to block {number}" if number else "no block yet")
    if (currency := rest.get("currency")) in EXPONENTS and "amount_minor" in rest:
        told.append(f"{money(rest.pop('amount_minor'), EXPONENTS[currency])} {rest.pop('currency')}")
    if str(rest.get("amount_minor")) == "0" and not rest.get("currency"):
        del rest["amount_minor"]  # an act without money
    said = {name: value for name, value in rest.items() if value != ""}
    return ", ".join([*told, *(f"{name.replace('_', ' ')} {_plain(name, value)}" for name, value in said.items())])


def whole(subject: str, why: str, detail: Mapping[str, Any]) -> str:
    """All of it as it stands in the row, for the title."""
    return ". ".join([subject, *([why] if why else []), *(f"{name}: {value}" for name, value in detail.items())])


def _plain(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value}" if name in NUMBERED else f"{value:,}"
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return f"({detail_words(value)})"
    if isinstance(value, list):
        return (" to " if len(value) == 2 and name != "requests" else ", ").join(
            _plain(name, v) for v in value
        ) or "none"
    if str(value).startswith("/"):
        return str(value)  # an address is told as it was asked for
    text = ISO_DATE.sub(lambda m: short_day(date.fromisoformat(m[0])), str(value))
    if DIGEST.fullmatch(text):
        return digest(text)
    return text.replace("_", " ") if CODE.fullmatch(text) else _short(text, name in NAMES_A_TRANSACTION)


def _short(text: str, of_a_transaction: bool) -> str:
    if not UUID.fullmatch(text):
        return text
    return f"LT-{text[:8].upper()}" if of_a_transaction else f"{text[:8]}…"
