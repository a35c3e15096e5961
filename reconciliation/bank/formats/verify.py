"""Does a statement agree with itself? Sources: DOMAIN.md §2 (no false zero), STORIES.md §1 (verdict)."""

from collections.abc import Iterable
from datetime import timedelta

from reconciliation.bank.formats.amounts import written
from reconciliation.bank.formats.statement import Finding, ParsedLine, ParsedStatement

VALUE_AHEAD = timedelta(days=10)
"""Banks give a value date a few days after booking, holidays included; further out the line is future-dated."""


def verify_statement(statement: ParsedStatement, exponent: int, place: str) -> ParsedStatement:
    """Append what the statement's own figures contradict to its findings; returns it for chaining."""
    statement.findings.extend(_balance_findings(statement, exponent, place))
    for line in statement.lines:
        if line.currency != statement.currency:
            what = f"an amount in {line.currency}, the account is in {statement.currency}: not counted in the balance"
            statement.findings.append(Finding(line.where, what, "refuse", "currency_differs"))
    if statement.closing_on is not None:
        latest = statement.closing_on + VALUE_AHEAD
        for line in statement.lines:
            day = line.booked_on or line.value_on
            late_value = line.value_on is not None and line.value_on > latest
            if line.status == "BOOK" and day is not None and (day > statement.closing_on or late_value):
                statement.findings.append(_future(line, statement))
    return statement


def verify_file(statements: Iterable[ParsedStatement]) -> None:
    """Append a finding for each bank id that appears twice. A fee or a reversal may carry its payment's id, two
    accounts may show the same transfer, and a statement flagged as a copy repeats on purpose: none of these is a
    doubled line."""
    seen: dict[tuple[str, str, str, bool], str] = {}
    for statement in statements:
        if statement.duplicate_flag:
            continue
        for line in statement.lines:
            if line.bank_id and line.status == "BOOK":
                key = (statement.account, line.bank_id, line.kind, line.reversal)
                if key in seen:
                    what = f"bank id {line.bank_id[:80]} stands already at {seen[key]}"
                    statement.findings.append(Finding(line.where, what, "refuse", "bank_id_twice"))
                seen.setdefault(key, line.where)


def _balance_findings(statement: ParsedStatement, exponent: int, place: str) -> list[Finding]:
    if statement.opening is None or statement.closing is None:
        missing = "no opening balance" if statement.opening is None else "no closing balance"
        if statement.opening is None and statement.closing is None:
            missing = "neither opening nor closing balance"
        return [Finding(place, f"{missing}: completeness cannot be checked", "check", "balance_missing")]
    ours = statement.currency
    moved = sum(line.amount for line in statement.lines if line.status == "BOOK" and line.currency == ours)
    if statement.opening + moved == statement.closing:
        return []
    reached = written(statement.opening + moved, exponent, statement.currency)
    closing = written(statement.closing, exponent, statement.currency)
    return [Finding(place, f"opening and booked lines make {reached}, the bank says {closing}", "refuse", "unbalanced")]


def _future(line: ParsedLine, statement: ParsedStatement) -> Finding:
    what = f"booked {line.booked_on}, value {line.value_on}: after the closing date {statement.closing_on}"
    return Finding(line.where, what, "refuse", "future_dated")
