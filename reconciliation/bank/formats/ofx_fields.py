"""Dates and amounts as OFX writes them."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import parse_signed, quoted
from reconciliation.bank.formats.xml_tree import Node, text

_STAMP = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:\.[0-9]{1,6})?)?)?"
    r"(?:\[[+-]?[0-9]{1,2}(?:\.[0-9]{1,2})?(?::[A-Za-z0-9 /+-]{1,40})?\])?"
)
_BARE = re.compile(r"[+-]?[0-9]+[.,]")


class Stamp(NamedTuple):
    """A day as the bank wrote it, in its own zone, and its time as "hhmm" ("" where it gave none). Noon is how banks write a
    day without a time."""

    on: date
    time: str

    @property
    def is_midnight(self) -> bool:
        return self.time == "0000"

    @property
    def is_during_the_day(self) -> bool:
        """Whether more of the day may follow; the last minute counts as its end."""
        return self.time not in ("", "0000", "1200", "2359", "2400")


@lru_cache(maxsize=4096)
def stamp(written: str) -> Stamp:
    """`20260310`, `20260310120000.000[-5:EST]`. Refuses `bad_date`."""
    found = _STAMP.fullmatch(written)
    if found is None:
        raise StatementRefused("bad_date", f"{quoted(written)} is not a date written as YYYYMMDDHHMMSS")
    hour, minute, second = (int(part or 0) for part in found.groups()[3:6])
    try:
        on = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise StatementRefused("bad_date", f"{quoted(written)} is not a day of the calendar") from None
    if hour > 23 or minute > 59 or second > 60:
        raise StatementRefused("bad_date", f"{quoted(written)} is not a time of the day")
    return Stamp(on, f"{found[4]}{found[5]}" if found[4] else "")


def stamp_of(node: Node, name: str) -> Stamp | None:
    """The field's stamp, None when it is missing. Refuses `bad_date`, naming the field."""
    written = text(node, name)
    try:
        return stamp(written) if written else None
    except StatementRefused as refusal:
        raise refusal.within(name) from None


def require_once(node: Node, *names: str) -> None:
    """Refuses `stated_twice` for a field that the bank wrote more than once: which one counts, nobody could say."""
    for name in names:
        if f"{name}+" in node:
            raise StatementRefused("stated_twice", "it is stated more than once", name)


def signed_amount(written: str, exponent: int, name: str) -> int:
    """Signed minor units; a comma or a period stands before the decimals, and none means whole units. Refuses
    `bad_amount`, `too_many_decimals`, naming the field."""
    mark = "," if "," in written else "."
    if _BARE.fullmatch(written):
        written = written[:-1]
    try:
        return parse_signed(written, exponent, mark)
    except StatementRefused as refusal:
        raise refusal.within(name) from None
