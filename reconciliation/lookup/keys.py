"""What somebody types or pastes to find a payment. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

from reconciliation.lookup.typed_amounts import typed_amount

LONGEST = 200
TXID = re.compile(r"(?i)(?<![0-9a-z])(0x[0-9a-f]{64}|[0-9a-f]{64}|[1-9A-HJ-NP-Za-km-z]{80,90})(?![0-9a-z])")
CASE = re.compile(r"(?i)#?C-(\d{1,15})", re.ASCII)
CALLED = re.compile(
    r"(?i)(?:(?:order|payment|invoice|reference|ref|transaction)\b\.?\s*(?:id|no\b\.?)?\s*[:#]?\s*|#\s*)(\S.*)"
)


@dataclass(frozen=True, slots=True)
class Sought:
    """`text` is looked up as every kind of key; `others` where nothing has it: without the word before it, and in other
    letter case. `link`: it was cut out of a block explorer's address, which is no reference. `amount`, `asset`, `day` are
    set when an amount was given instead; `lacks`: what an amount needs beside it, "asset" or "day". `case`: its number."""

    text: str
    link: bool = False
    amount: int | None = None
    asset: str = ""
    day: date | None = None
    lacks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    case: int | None = None


def sought(typed: str, today: date) -> Sought | None:
    """None for nothing. Amounts are as pages print them and as people write them: "12,480.00 ETB 2026-11-20"."""
    text = typed.replace("\x00", "").strip()[:LONGEST]
    if not text:
        return None
    if "://" in text:
        return Sought(_of_link(text), link=True)
    if (found := typed_amount(text, today)) is not None:
        return Sought(text, False, found.minor, found.asset, found.day, found.lacks)
    case = CASE.fullmatch(text)
    return Sought(text, others=_others(text), case=int(case[1]) if case else None)


def _others(text: str) -> tuple[str, ...]:
    called = CALLED.fullmatch(text)
    bare = [called[1]] if called else []
    said = [form for name in (*bare, text) for form in (name, name.lower(), name.upper())]
    return tuple(form for form in dict.fromkeys(said) if form != text)


def _of_link(address: str) -> str:
    """The transaction id in an explorer's address, else its last part."""
    found = TXID.search(address)
    if found:
        return found[1]
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return address
    return next((part for part in reversed(path.split("/")) if part), address)
