"""Store one parsed statement, all or nothing. Overlaps add only new lines; a statement that does not add up is kept
with its lines, which then count nowhere."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.statement import Finding, ParsedStatement
from reconciliation.bank.models import BankImport, BankStatement
from reconciliation.bank.spans import Stretch, covered_dates, restated, shares_balance
from reconciliation.bank.stage_lines import Staged, hold_lines, staged

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """What came of a statement: how many lines it has, how many were new, the days that must be checked again, and
    every finding. `statement_id` is None when all of it was stored already."""

    statement_id: int | None
    lines: int
    new_lines: int
    in_force: bool
    days: frozenset[date]
    findings: list[Finding] = field(default_factory=list)
    from_on: date = date.min
    until_on: date = date.min
    intraday: bool = False


def store_statement(parsed: ParsedStatement, bank_import: BankImport, *, at: datetime) -> StoredStatement:
    """Insert the statement and its new lines. Needs a tenant scope. Raises StatementRefused for a wrong account or
    currency, and when it carries no date."""
    account = bank_import.bank_account
    refuse_other_account(parsed, account.number, account.currency)
    from_on, until_on = _dates(parsed)
    hold_lines(account.id)
    shared = restated(parsed.opening, parsed.closing, _sharing(account.id, from_on, until_on))
    again = [s for s in shared if shares_balance(parsed.opening, parsed.closing, s)]
    with staged(account.id, parsed.lines, again, [s for s in shared if s not in again]) as lines:
        return _store(parsed, bank_import, (from_on, until_on), lines, at)


def _store(
    parsed: ParsedStatement,
    bank_import: BankImport,
    span: tuple[date, date],
    lines: Staged,
    at: datetime,
) -> StoredStatement:
    from_on, until_on = span
    findings = [*parsed.findings, *lines.conflicts(from_on, until_on), *lines.bank_ids_twice()]
    balanced = parsed.opening is not None and parsed.closing is not None
    refused = any(f.level == "refuse" for f in findings)
    in_force = balanced and not refused
    if not refused and _is_stored(parsed, span, lines, balanced) and not lines.any_new():
        return StoredStatement(None, len(parsed.lines), 0, True, frozenset(), findings, from_on, until_on)
    statement = BankStatement.objects.create(
        bank_account=bank_import.bank_account, bank_import=bank_import, statement_ref=parsed.statement_id or "",
        sequence=parsed.sequence or "", from_on=from_on, until_on=until_on, opening_minor=parsed.opening,
        closing_minor=parsed.closing, line_count=len(parsed.lines), in_force=in_force, intraday=False,
        findings=[{"where": f.where, "what": f.what, "level": f.level, "code": f.code} for f in findings],
        imported_at=at,
    )  # fmt: skip
    new = lines.insert(statement.id, in_force=in_force, at=at)
    days = _touched(parsed, from_on, until_on) | _following(statement)
    return StoredStatement(statement.id, len(parsed.lines), new, in_force, days, findings, from_on, until_on)


def _is_stored(parsed: ParsedStatement, span: tuple[date, date], lines: Staged, balanced: bool) -> bool:
    """Whether a stored statement says what this one does, and none has contradicted it since: without balances this one
    says no more than its lines. What was contradicted is stored again, which makes it the bank's last word."""
    if balanced:
        same = [
            s
            for s in lines.again
            if (s.from_on, s.until_on, s.opening, s.closing) == (*span, parsed.opening, parsed.closing)
        ]
    else:
        same = [s for s in lines.again if parsed.lines and s.from_on <= span[0] and span[1] <= s.until_on]
    if not same:
        return False
    contradicted = BankStatement.objects.filter(
        bank_account_id=lines.values["account"], in_force=False, intraday=False, from_on__lt=span[1], until_on__gt=span[0],
        id__gt=max(s.id for s in same),
    )  # fmt: skip
    return not balanced or not contradicted.exists()


def _touched(parsed: ParsedStatement, from_on: date, until_on: date) -> frozenset[date]:
    """The days it covers and those its lines count on."""
    covered = {from_on + n * ONE for n in range((until_on - from_on).days)}
    return frozenset(covered | {d for x in parsed.lines if (d := x.value_on or x.booked_on) is not None})


def _following(statement: BankStatement) -> frozenset[date]:
    """Where the next statement begins: whether its opening continues a closing is told by this one."""
    later = BankStatement.objects.filter(
        bank_account_id=statement.bank_account_id, intraday=False, from_on__gte=statement.until_on
    )
    return frozenset(later.order_by("from_on").values_list("from_on", flat=True)[:1])


def _sharing(account_id: int, from_on: date, until_on: date) -> list[Stretch]:
    rows = BankStatement.objects.filter(
        bank_account_id=account_id, in_force=True, from_on__lt=until_on, until_on__gt=from_on
    ).values_list("id", "from_on", "until_on", "opening_minor", "closing_minor")
    return [Stretch(i, start, end, int(opening), int(closing)) for i, start, end, opening, closing in rows]


def refuse_other_account(parsed: ParsedStatement, number: str, currency: str) -> None:
    """Raises StatementRefused when the statement is of another account or currency."""

    def plain(text: str) -> str:
        return "".join(c for c in text.upper() if c.isalnum())

    # Banks write an account with its bank code in front, or without: the shorter form must end the longer one.
    said, ours = plain(parsed.account), plain(number)
    if said and not said.endswith(ours) and not (len(said) >= 6 and ours.endswith(said)):
        raise StatementRefused(
            "wrong_account", f"the statement is of account {parsed.account}, not {number}", "account"
        )
    if parsed.currency and parsed.currency != currency:
        what = f"the statement is in {parsed.currency}, the account in {currency}"
        raise StatementRefused("wrong_currency", what, "currency")


def _dates(parsed: ParsedStatement) -> tuple[date, date]:
    undated = next((x for x in parsed.lines if x.value_on is None and x.booked_on is None), None)
    if undated is not None:
        raise StatementRefused("no_date", "the line carries neither a value date nor a booking date", undated.where)
    try:
        return covered_dates(parsed)
    except ValueError as error:
        raise StatementRefused("no_date", str(error), "statement") from error
