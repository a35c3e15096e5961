"""Store one parsed statement, all or nothing. Overlaps add only new lines; a statement that does not add up is kept with
its lines, which then count nowhere."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from ledger.tenancy import current_tenant
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.statement import Finding, ParsedStatement
from reconciliation.bank.models import BankImport, BankLine, BankStatement
from reconciliation.bank.spans import covered_dates, identity, occurrences

COLUMNS = (
    "number", "reference", "batch_reference", "amount_minor", "value_on", "booked_on", "counts", "status", "code", "kind",
    "charge_minor", "bank_id", "narrative", "counterparty", "raw", "identity", "occurrence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """What came of a statement: how many lines it has, how many were new, and the days that must be checked again."""

    statement_id: int | None
    lines: int
    new_lines: int
    in_force: bool
    days: frozenset[date]


def store_statement(parsed: ParsedStatement, bank_import: BankImport, *, at: datetime) -> StoredStatement:
    """Insert the statement and its new lines. Needs a tenant scope. Raises StatementRefused for wrong account or currency."""
    account = bank_import.bank_account
    _require_account(parsed, account.number, account.currency)
    try:
        from_on, until_on = covered_dates(parsed)
    except ValueError as error:
        raise StatementRefused("no_date", str(error), "statement") from error
    marks = [identity(x) for x in parsed.lines]
    overlapping = BankStatement.objects.filter(
        bank_account=account, in_force=True, from_on__lt=until_on, until_on__gt=from_on
    )
    overlaps = overlapping.exists()
    findings = list(parsed.findings)
    if overlaps:
        findings += _conflicts(account.id, from_on, until_on, marks)
    in_force = parsed.opening is not None and parsed.closing is not None and all(f.level != "refuse" for f in findings)
    base = Counter() if overlaps else _stored(account.id, marks)
    numbers = occurrences(marks, base)
    if in_force and overlaps and not _new(account.id, marks, numbers):
        return StoredStatement(None, len(parsed.lines), 0, True, frozenset())
    statement = BankStatement.objects.create(
        bank_account=account, bank_import=bank_import, statement_ref=parsed.statement_id or "", sequence=parsed.sequence or "",
        from_on=from_on, until_on=until_on, opening_minor=parsed.opening, closing_minor=parsed.closing,
        line_count=len(parsed.lines), in_force=in_force, findings=[_finding(f) for f in findings], imported_at=at,
    )  # fmt: skip
    new = _insert(parsed, statement, marks, numbers, in_force, at)
    days = {x.value_on or x.booked_on for x in parsed.lines} | {from_on}
    return StoredStatement(statement.id, len(parsed.lines), new, in_force, frozenset(d for d in days if d))


def _require_account(parsed: ParsedStatement, number: str, currency: str) -> None:
    def plain(text: str) -> str:
        return "".join(c for c in text.upper() if c.isalnum())

    if parsed.account and plain(parsed.account) != plain(number) and not plain(parsed.account).endswith(plain(number)):
        raise StatementRefused("wrong_account", f"the statement is of account {parsed.account}, not {number}", "account")
    if parsed.currency and parsed.currency != currency:
        raise StatementRefused("wrong_currency", f"the statement is in {parsed.currency}, the account in {currency}", "currency")


def _stored(account_id: int, marks: list[UUID]) -> Counter[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity, max(occurrence) FROM bank_line WHERE bank_account_id = %s AND counts AND identity = ANY(%s) GROUP BY 1",
            [account_id, list(set(marks))],
        )
        return Counter(dict(cursor.fetchall()))


def _new(account_id: int, marks: list[UUID], numbers: list[int]) -> bool:
    stored = _stored(account_id, marks)
    return any(n > stored[m] for m, n in zip(marks, numbers, strict=True))


def _conflicts(account_id: int, from_on: date, until_on: date, marks: list[UUID]) -> list[Finding]:
    """Lines stored for these dates that the new statement no longer has: the bank changed its word, a person must look."""
    rows = BankLine.objects.filter(
        bank_account_id=account_id, counts=True, statement__from_on__gte=from_on, statement__until_on__lte=until_on
    ).values_list("identity", "number", "reference")
    have = Counter(marks)
    missing = []
    for mark, number, reference in rows:
        have[mark] -= 1
        if have[mark] < 0:
            missing.append((number, reference))
    if not missing:
        return []
    number, reference = missing[0]
    what = f"{len(missing)} stored lines of these days are not in this file, the first is line {number} {reference}".strip()
    return [Finding("statement", what, "refuse", "conflict")]


def _finding(f: Finding) -> dict[str, str]:
    return {"where": f.where, "what": f.what, "level": f.level, "code": f.code}


def _insert(
    parsed: ParsedStatement, statement: BankStatement, marks: list[UUID], numbers: list[int], in_force: bool, at: datetime
) -> int:
    """COPY into a temporary table, then one INSERT: PostgreSQL refuses COPY into a table under row policies."""
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE new_line ON COMMIT DROP AS SELECT {names} FROM bank_line LIMIT 0")
        with cursor.copy(f"COPY new_line ({names}) FROM STDIN") as copy:
            for x, mark, occurrence in zip(parsed.lines, marks, numbers, strict=True):
                copy.write_row(
                    (x.number, x.reference, x.batch_reference, x.amount, x.value_on, x.booked_on, in_force and x.status == "BOOK",
                     x.status, x.code, x.kind, x.charge, x.bank_id, x.narrative, x.counterparty,
                     json.dumps(x.references | {"where": x.where}, ensure_ascii=True), mark, occurrence)
                )  # fmt: skip
        cursor.execute(
            f"INSERT INTO bank_line (tenant_id, bank_account_id, statement_id, imported_at, {names}) "
            f"SELECT %s, %s, %s, %s, {names} FROM new_line ORDER BY number "
            "ON CONFLICT (tenant_id, bank_account_id, identity, occurrence) WHERE counts DO NOTHING",
            [current_tenant(), statement.bank_account_id, statement.id, at],
        )
        new = cursor.rowcount
        cursor.execute("DROP TABLE new_line")
    return int(new)
