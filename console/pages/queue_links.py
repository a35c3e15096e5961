"""Addresses of the queue with its filters, and counts that stop."""

from collections.abc import Mapping
from typing import Any

from console.pages.links import link
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import Asked

CAME_FROM_HOME = {"from": "home"}


def came_from(given: Mapping[str, str]) -> dict[str, str]:
    """What a case's address says of where it was opened, for the addresses it leads to; nothing when in the queue."""
    return CAME_FROM_HOME if given.get("from") == "home" else {}


def here(asked: Asked, **query: Any) -> str:
    """The list's address with the filters and more."""
    return link("exceptions", **{**asked.query, **query})


def case_href(case: ExceptionCase, asked: Asked) -> str:
    """The case's address, with the list that it was opened from."""
    return link("exception-case", case.number, **asked.query)


def capped(count: int, most: int) -> str:
    """A count that stops: "1,000+"."""
    return f"{most:,}+" if count > most else f"{count:,}"
