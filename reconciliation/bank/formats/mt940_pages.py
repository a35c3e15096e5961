"""MT940 pages: :60M: and :62M: are intermediate balances, a statement runs from :60F: to :62F:."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciliation.bank.formats.amounts import exponent_of
from reconciliation.bank.formats.pages import join_pages
from reconciliation.bank.formats.statement import PAGES_AFTER, PAGES_BEFORE, Finding, ParsedStatement
from reconciliation.bank.formats.verify import verify_statement


@dataclass(frozen=True, slots=True)
class Page:
    """One message: whether it opens with :60F: and closes with :62F:, and the line of its :20:."""

    parsed: ParsedStatement
    opens: bool
    closes: bool
    number: int


def finish_pages(pages: Iterable[Page], exponents: Mapping[str, int]) -> list[ParsedStatement]:
    """Pages that follow each other joined, each statement verified. A page that lacks its neighbours stays on its own,
    with a finding."""
    finished: list[ParsedStatement] = []
    last: Page | None = None
    place = ""
    for page in pages:
        exponent = exponent_of(page.parsed.currency, exponents)
        if last is not None and _follows(last, page):
            finished[-1] = join_pages(finished[-1], page.parsed, exponent, f"statement at line {page.number}")
        else:
            _close(finished, last, place, exponents)
            place = f"statement at line {page.number}"
            finished.append(page.parsed)
            if not page.opens:
                what = "opens with an intermediate balance :60M:, the pages before it are not in this file"
                page.parsed.findings.append(Finding(place, what, "check", PAGES_BEFORE))
        last = page
    _close(finished, last, place, exponents)
    return finished


def _follows(before: Page, page: Page) -> bool:
    first, then = before.parsed, page.parsed
    same = (first.account, first.currency) == (then.account, then.currency)
    number = (first.sequence or "").partition("/")[0] == (then.sequence or "").partition("/")[0]
    return same and number and not before.closes and not page.opens


def _close(finished: list[ParsedStatement], last: Page | None, place: str, exponents: Mapping[str, int]) -> None:
    if last is None:
        return
    if not last.closes:
        what = "closes with an intermediate balance :62M:, the pages after it are not in this file"
        finished[-1].findings.append(Finding(place, what, "check", PAGES_AFTER))
    verify_statement(finished[-1], exponent_of(last.parsed.currency, exponents), place)
