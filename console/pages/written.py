"""Small words that several screens share: amounts of rows, and addresses of things named in them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from console.display import Amount
from console.pages.links import Link, link
from ledger.assets import EXPONENTS

UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
CASE, REQUEST, INCIDENT, NOTIFICATION = (re.compile(rf"{kind}-(\d{{1,15}})") for kind in ("C", "CR", "IN", "N"))


def amount(minor: Any, asset: str) -> Amount:
    """Minor units of an asset as a figure; None is unknown. Without an asset nothing states an amount, and it is 0."""
    return Amount(None if minor is None else int(minor), asset, EXPONENTS[asset] if asset else 0)


def some(minor: Any, asset: str) -> Amount | None:
    """The figure, or None where there is none to show."""
    return None if minor is None else amount(minor, asset)


def address_of(subject: str, action: str = "", link: Link = link) -> str:
    """Where a thing that a text names is shown: a request, a case, a notification or a transaction, and what was done to it may
    tell that it is an order; "" for anything else, and for what `link` says is no page of the reader's."""
    if action == "order.moved":
        return link("order", subject)
    if found := REQUEST.fullmatch(subject):
        return link("approval", int(found[1]))
    if found := NOTIFICATION.fullmatch(subject):
        return link("notification", int(found[1]))
    if found := CASE.fullmatch(subject):
        return link("exception-case", int(found[1]))
    if found := INCIDENT.fullmatch(subject):
        return link("incident", int(found[1]))
    return link("ledger-transaction", subject) if UUID.fullmatch(subject) else ""


def a_number(asked: Mapping[str, str], name: str) -> int | None:
    """A positive number of a filter or a form; None when it is missing or is none."""
    text = asked.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def a_day(asked: Mapping[str, str], name: str) -> date | None:
    """A date of a filter; None when it is missing or is none: a filter is a wish, not a form."""
    try:
        return date.fromisoformat(asked.get(name, ""))
    except ValueError:
        return None


def text_of(asked: Mapping[str, str], name: str, longest: int = 140) -> str:
    """A text of a filter, trimmed and short; what PostgreSQL cannot hold is left out."""
    return asked.get(name, "").replace("\x00", "").strip()[:longest]
