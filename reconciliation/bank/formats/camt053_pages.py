"""camt statements that the bank cut into pages inside one file (StmtPgntn), and the last look at each statement."""

from collections.abc import Iterable, Mapping

from reconciliation.bank.formats.amounts import exponent_of
from reconciliation.bank.formats.camt053_header import StatementPage
from reconciliation.bank.formats.intraday import as_intraday
from reconciliation.bank.formats.pages import join_pages
from reconciliation.bank.formats.statement import PAGES_AFTER, PAGES_BEFORE, Finding, ParsedStatement
from reconciliation.bank.formats.verify import verify_statement


def finish_pages(pages: Iterable[StatementPage], exponents: Mapping[str, int]) -> list[ParsedStatement]:
    """Pages that follow each other joined, each statement verified. A page that lacks its neighbours is a finding."""
    finished: list[ParsedStatement] = []
    before: StatementPage | None = None
    for position, page in enumerate(pages, 1):
        place = f"Stmt {position}"
        if before is not None and _follows(before, page):
            joined = join_pages(finished[-1], page.parsed, exponent_of(page.parsed.currency, exponents), place)
            finished[-1] = joined
        else:
            _close(finished, before, position - 1, exponents)
            if page.page > 1:
                what = f"is page {page.page}, the pages before it are not in this file"
                page.parsed.findings.append(Finding(place, what, "check", PAGES_BEFORE))
            finished.append(page.parsed)
        before = page
    _close(finished, before, len(finished), exponents)
    return finished


def _follows(before: StatementPage, page: StatementPage) -> bool:
    same = (before.parsed.account, before.parsed.currency) == (page.parsed.account, page.parsed.currency)
    return same and not before.last and page.page == before.page + 1 > 1


def _close(
    finished: list[ParsedStatement], last: StatementPage | None, position: int, exponents: Mapping[str, int]
) -> None:
    if last is None:
        return
    if last.parsed.intraday:
        finished[-1] = as_intraday(finished[-1], f"Rpt {position}")
        return
    place = f"Stmt {position}"
    if not last.last:
        what = "its last page is not in this file"
        finished[-1].findings.append(Finding(place, what, "check", PAGES_AFTER))
    verify_statement(finished[-1], exponent_of(last.parsed.currency, exponents), place)
