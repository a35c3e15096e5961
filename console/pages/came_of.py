"""Where a playbook was opened from: the case, the incident, the notification or the signal that led there, by its name. An address
carries the name alone, so that the way back is always one of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.pages.links import Link
from console.pages.queue_links import came_from
from console.pages.written import a_day
from reconciliation.cases.queue import asked_of
from reconciliation.oversight.signals.catalogue import SIGNALS

NAMED = re.compile(r"(C|IN|N)-([1-9][0-9]{0,8})")
PAGES = {"IN": "incident", "N": "notification"}


@dataclass(frozen=True, slots=True)
class Opened:
    """`label` and `href` of the page, "" where none is named or the reader may not open it; `query` keeps it in an address."""

    label: str = ""
    href: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


def opened_of(given: Mapping[str, str], to: Link) -> Opened:
    """What the query of a playbook's address says of where it was opened."""
    of = given.get("of", "")
    if of in SIGNALS:
        day = a_day(given, "day")
        return _opened(SIGNALS[of].name, of, to("review-signal", of, day=day), {"day": day.isoformat()} if day else {})
    found = NAMED.fullmatch(of)
    if found is None:
        return Opened()
    kind, number = found[1], int(found[2])
    if kind != "C":
        return _opened(of, of, to(PAGES[kind], number), {})
    query = {**asked_of(given).query, **came_from(given)}
    return _opened(of, of, to("exception-case", number, **query), query)


def leading_back(to: Link, query: Mapping[str, str]) -> Link:
    """`to`, with the way back in the address of every playbook."""

    def onward(name: str, *args: Any, **more: Any) -> str:
        return to(name, *args, **({**more, **query} if name == "playbook" else more))

    return onward


def _opened(label: str, of: str, href: str, query: Mapping[str, str]) -> Opened:
    return Opened(label, href, {"of": of, **query}) if href else Opened()
