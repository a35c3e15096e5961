"""Some banks cut one statement into pages with intermediate balances. Pages that follow each other become one
statement."""

from dataclasses import replace

from reconciliation.bank.formats.amounts import written
from reconciliation.bank.formats.statement import Finding, ParsedStatement


def join_pages(first: ParsedStatement, then: ParsedStatement, exponent: int, place: str) -> ParsedStatement:
    """One statement from two pages: opening of the first, closing of the second. A gap between them is a finding."""
    findings = list(then.findings)
    if first.closing != then.opening and first.closing is not None and then.opening is not None:
        ended = written(first.closing, exponent, first.currency)
        began = written(then.opening, exponent, then.currency)
        findings.append(
            Finding(place, f"the page before ends at {ended}, this one begins at {began}", "refuse", "page_gap")
        )
    counted = first.lines[-1].number if first.lines else 0
    # in place: a file of a thousand pages must not copy its lines a thousand times
    first.lines.extend(replace(line, number=line.number + counted) for line in then.lines)
    first.findings.extend(findings)
    return replace(first, closing=then.closing, closing_on=then.closing_on)
