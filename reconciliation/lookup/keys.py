"""What somebody types or pastes to find a payment. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import minor_from_major

LONGEST = 200
TXID = re.compile(r"(?i)(?<![0-9a-z])(0x[0-9a-f]{64}|[0-9a-f]{64}|[1-9A-HJ-NP-Za-km-z]{80,90})(?![0-9a-z])")
AMOUNT = re.compile(r"(?i)^(?P<amount>[\d,]+(?:\.\d+)?)\s*(?P<asset>[a-z]{3,5})\s+(?P<day>\d{4}-\d\d-\d\d)$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sought:
    """`text` is looked up as every kind of key. `link`: it was cut out of a block explorer's address, which is no
    reference. `amount`, `asset`, `day` are set when an amount and a date were given instead."""

    text: str
    link: bool = False
    amount: int | None = None
    asset: str = ""
    day: date | None = None


def sought(typed: str) -> Sought | None:
    """None for nothing. Amounts are as pages print them: "12,480.00 ETB 2026-11-20"."""
    text = typed.replace("\x00", "").strip()[:LONGEST]
    if not text:
        return None
    if "://" in text:
        return Sought(_of_link(text), link=True)
    found = AMOUNT.match(text)
    if found and (asset := found["asset"].upper()) in EXPONENTS:
        try:
            return Sought(text, False, minor_from_major(found["amount"].replace(",", ""), EXPONENTS[asset]), asset,
                          date.fromisoformat(found["day"]))  # fmt: skip
        except (BadPosting, ValueError):
            return Sought(text)
    return Sought(text)


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
