"""The rows of a checked day, joined as the matcher joined them and read page by page: first the named differences, then
every other line with what it settled, then the entries that no line of the day settled. A page costs the same wherever
it lies and however large the day is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from ledger.models import Entry
from reconciliation.bank.models import BankLine
from reconciliation.drift.check_page import CheckPage
from reconciliation.drift.models import DriftContribution
from reconciliation.matching.models import CountedShift, MatchLeg

SIZE = 50
DIFFERENCES, LINES, ENTRIES = 0, 1, 2
# Rules that find a line alone: the entries they name stand behind it (returned, PENDING, out of grace) and do not
# count.
UNCOUNTED = frozenset({5, 7})
Head = tuple[int, int]
EntryKey = tuple[int, int]

# Lines of the day that no difference names; of a match with several lines, the first stands for all.
LINE_HEADS = """
SELECT b.id, m.match_id
  FROM bank_line b
  LEFT JOIN match_leg m ON m.tenant_id = b.tenant_id AND m.side = 1 AND m.row_id = b.id AND m.leg = 0
 WHERE b.bank_account_id = %(account)s AND b.counts_on >= %(day)s AND b.counts_on < %(until)s AND b.counts
   AND b.imported_at <= %(statement_as_of)s AND b.id > %(after)s
   AND NOT EXISTS (SELECT FROM drift_contribution k WHERE k.check_id = %(check)s AND b.id = ANY(k.line_ids))
   AND NOT EXISTS (SELECT FROM match_leg o WHERE o.tenant_id = m.tenant_id AND o.match_id = m.match_id AND o.side = 1
       AND o.row_id < b.id)
 ORDER BY b.id LIMIT %(size)s
"""
# Entries of the day that no difference names and no line of the day settled: cancelled, or counting on another day.
ENTRY_HEADS = """
SELECT t.id, e.leg, m.match_id
  FROM ledger_transaction t
  JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id AND e.account_id = %(ledger_account)s
  LEFT JOIN match_leg m ON m.tenant_id = t.tenant_id AND m.side = 0 AND m.row_id = t.id AND m.leg = e.leg
 WHERE t.effective_on >= %(day)s AND t.effective_on < %(until)s AND t.status = 'POSTED' AND t.posted_at <=
     %(ledger_as_of)s
   AND t.id > %(after)s
   AND NOT EXISTS (SELECT FROM drift_contribution k WHERE k.check_id = %(check)s AND (t.id || '.' || e.leg) =
       ANY(k.entry_refs))
   AND NOT EXISTS (SELECT FROM match_leg o JOIN bank_line b ON b.tenant_id = o.tenant_id AND b.id = o.row_id
                    WHERE o.tenant_id = m.tenant_id AND o.match_id = m.match_id AND o.side = 1
                      AND b.counts_on >= %(day)s AND b.counts_on < %(until)s)
   AND NOT EXISTS (SELECT FROM match_leg o WHERE o.tenant_id = m.tenant_id AND o.match_id = m.match_id AND o.side = 0
                      AND (o.row_id, o.leg) < (t.id, e.leg))
 ORDER BY t.id LIMIT %(size)s
"""


@dataclass(slots=True)
class Joined:
    """One row of the table: entries and lines that stand together. `contribution` in signed minor units, 0 when
    matched; `reference` as it is written, `compared` the form that a difference was found by; `rule` of the match or
    difference, None for a row that nothing holds. `counted` names days that differ from an entry's own."""

    head: Head
    reference: str = ""
    contribution: int = 0
    rule: int | None = None
    exception_class: str = ""
    cause: int | None = None
    compared: str = ""
    entries: list[Entry] = field(default_factory=list)
    behind: list[Entry] = field(default_factory=list)
    lines: list[BankLine] = field(default_factory=list)
    counted: dict[EntryKey, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows in their order; `after` is the mark of the last one, empty when nothing follows."""

    rows: list[Joined]
    after: str


def rows_of(page: CheckPage, *, only_differences: bool, after: str) -> RowPage:
    """One page of the day's rows from the mark `after` on. At most seven queries."""
    phase, mark = _place(after)
    heads: list[tuple[Joined, Any]] = []
    readers = {DIFFERENCES: _differences} if only_differences else READERS
    for number, read in readers.items():
        if number >= phase and len(heads) <= SIZE:
            heads += read(page, mark if number == phase else 0, SIZE + 1 - len(heads))
    shown = heads[:SIZE]
    _fill(page, shown)
    last = shown[-1][0].head if len(heads) > SIZE else None
    return RowPage([row for row, _ in shown], f"{last[0]}.{last[1]}" if last else "")


def _place(after: str) -> Head:
    phase, dot, mark = after.partition(".")
    if not (dot and phase.isdecimal() and mark.isdecimal() and len(mark) < 19):
        return DIFFERENCES, 0
    return int(phase), int(mark)


def _differences(page: CheckPage, after: int, size: int) -> list[tuple[Joined, Any]]:
    found = DriftContribution.objects.filter(check_of=page.check, position__gt=after).order_by("position")[:size]
    return [
        (
            Joined(
                (DIFFERENCES, k.position),
                "",
                int(k.contribution_minor),
                k.rule,
                k.exception_class,
                k.cause,
                _shown(k.reference),
            ),
            k,
        )
        for k in found
    ]


def _shown(key: str) -> str:
    """The reference that the rows were compared by; a row of its own key had none."""
    return "" if key.startswith(("TX", "LINE")) and key.lstrip("TXLINE").isdecimal() else key


def _line_heads(page: CheckPage, after: int, size: int) -> list[tuple[Joined, Any]]:
    rows = _read(LINE_HEADS, page, after, size)
    return [(Joined((LINES, line)), (match, (1, line, 0))) for line, match in rows]


def _entry_heads(page: CheckPage, after: int, size: int) -> list[tuple[Joined, Any]]:
    rows = _read(ENTRY_HEADS, page, after, size)
    return [(Joined((ENTRIES, tx)), (match, (0, tx, leg))) for tx, leg, match in rows]


READERS = {DIFFERENCES: _differences, LINES: _line_heads, ENTRIES: _entry_heads}


def _read(sql: str, page: CheckPage, after: int, size: int) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "account": page.account.id, "ledger_account": page.account.ledger_account_id, "day": page.check.day,
        "until": page.until_on, "statement_as_of": page.check.statement_as_of, "ledger_as_of": page.check.ledger_as_of,
        "check": page.check.id, "after": after, "size": size,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _fill(page: CheckPage, heads: Sequence[tuple[Joined, Any]]) -> None:
    """Put entries, lines and counted days into the rows: one query each, whatever the number of rows."""
    legs = _legs({source[0] for _, source in heads if not isinstance(source, DriftContribution) and source[0]})
    wanted: list[tuple[Joined, list[EntryKey], list[int]]] = []
    for row, source in heads:
        if isinstance(source, DriftContribution):
            refs = [ref.partition(".") for ref in source.entry_refs]
            wanted.append((row, [(int(tx), int(leg or 0)) for tx, _, leg in refs], list(source.line_ids)))
            continue
        match, own = source
        row.rule, held = legs.get(match, (None, [own]))
        wanted.append((row, [(i, leg) for side, i, leg in held if side == 0], [i for side, i, _ in held if side == 1]))
    entries, lines = (
        _entries(page, (k for _, keys, _ in wanted for k in keys)),
        _lines(i for _, _, ids in wanted for i in ids),
    )
    shifts = _shifts(page, entries)
    for row, keys, ids in wanted:
        row.lines = [lines[i] for i in ids]
        found = [entries[k] for k in keys if k in entries]
        row.entries, row.behind = ([], found) if row.rule in UNCOUNTED else (found, [])
        row.counted = {k: shifts[k] for k in keys if k in shifts}
        row.reference = _reference(row) or row.compared


def _legs(matches: set[int]) -> dict[int | None, tuple[int, list[tuple[int, int, int]]]]:
    found: dict[int | None, tuple[int, list[tuple[int, int, int]]]] = {}
    if not matches:
        return found
    for leg in MatchLeg.objects.filter(match_id__in=matches).select_related("match").order_by("side", "row_id", "leg"):
        found.setdefault(leg.match_id, (leg.match.rule, []))[1].append((leg.side, leg.row_id, leg.leg))
    return found


def _entries(page: CheckPage, keys: Iterable[EntryKey]) -> dict[EntryKey, Entry]:
    """By transaction and leg; leg 0 stands for the one on the checked account of a transaction that does not count."""
    ids = {tx for tx, _ in keys}
    rows = Entry.objects.filter(transaction_id__in=ids, account_id=page.account.ledger_account_id)
    found: dict[EntryKey, Entry] = {}
    for entry in rows.select_related("transaction").order_by("transaction_id", "leg"):
        found[entry.transaction_id, entry.leg] = entry
        found.setdefault((entry.transaction_id, 0), entry)
    return found


def _lines(ids: Iterable[int]) -> dict[int, BankLine]:
    return {line.id: line for line in BankLine.objects.filter(id__in=set(ids)).select_related("statement")}


def _shifts(page: CheckPage, entries: Iterable[EntryKey]) -> dict[EntryKey, date]:
    rows = CountedShift.objects.filter(bank_account=page.account, transaction_id__in={tx for tx, _ in entries})
    ordered = rows.order_by("counted_on").values_list("transaction_id", "leg", "counted_on")
    return {(tx, leg): on for tx, leg, on in ordered}


def _reference(row: Joined) -> str:
    named = [e.transaction.partner_reference for e in (*row.entries, *row.behind)] + [x.reference for x in row.lines]
    return next((text for text in named if text), "")
