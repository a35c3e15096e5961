"""Addresses of the next and the previous page, and which rows stand on this one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from ledger.keyset import SIZE, Page, Place

LONGEST_MARK = 120


def place_of(asked: Mapping[str, str]) -> Place:
    """The place that an address names: `after` a row, or `before` one."""
    if before := asked.get("before", ""):
        return Place(before[:LONGEST_MARK], True)
    return Place(asked.get("after", "")[:LONGEST_MARK])


def part(request: HttpRequest, template: str, name: str = "rows") -> str:
    """The template, or the part of it that HTMX asked for by the id it will be put into."""
    return f"{template}#{name}" if request.headers.get("HX-Target") == name else template


def pager(page: Page[Any], marks: list[str], asked: Mapping[str, str], size: int = SIZE) -> dict[str, Any]:
    """What components/pager.html takes. `marks` name the rows; `asked` are the filters and the place of this page.

    The position is told from the first page on and carried along, so that no page has to count the rows before it.
    """
    first = _number(asked.get("n", ""))
    kept = {k: v for k, v in asked.items() if v and k not in ("after", "before", "n")}
    previous = {**kept, "before": marks[0], "n": max(0, first - size)} if marks and page.has_previous else None
    following = {**kept, "after": marks[-1], "n": first + len(marks)} if marks and page.has_next else None
    return {
        "first": first + 1,
        "last": first + len(marks),
        "total": None,
        "previous_href": f"?{urlencode(previous)}" if previous else "",
        "next_href": f"?{urlencode(following)}" if following else "",
        "size": size,
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
