"""What MT942 has instead of balances: the floor under which lines are left out (:34F:), the moment it was made (:13D:), and
its own count and sum of both sides (:90D:, :90C:)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount, quoted, written
from reconciliation.bank.formats.dates import short_date
from reconciliation.bank.formats.intraday import as_intraday
from reconciliation.bank.formats.statement import Finding, ParsedLine, ParsedStatement

_FLOOR = re.compile(r"([A-Z]{3})([CD])?([0-9][0-9,]*)")
_SUM = re.compile(r"([0-9]{1,5})([A-Z]{3})([0-9][0-9,]*)")
_MADE = re.compile(r"([0-9]{6})[0-9]{4}(?:[+-][0-9]{4})?")


@dataclass(slots=True)
class Report:
    """The fields of one message as they come. Sums in minor units."""

    number: int
    currency: str = ""
    day: date | None = None
    floors: dict[str, int] = field(default_factory=dict)
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    exponent: int = 0

    def take(self, tag: str, text: str, exponents: Mapping[str, int]) -> int:
        """One field; returns the decimals of the currency known so far. Refuses `bad_field`, `currency_differs`."""
        if tag in ("13", "13D"):
            found = _MADE.fullmatch(text)
            self.day = short_date(found[1]) if found else self.day
            return self.exponent
        floor = _FLOOR.fullmatch(text) if tag == "34F" else None
        total = _SUM.fullmatch(text) if tag != "34F" else None
        if floor is None and total is None:
            raise StatementRefused("bad_field", f"{quoted(text)} is not what this field holds")
        currency = floor[1] if floor else total[2] if total else ""
        if self.currency not in ("", currency):
            raise StatementRefused("currency_differs", f"{currency}, the report {self.currency}")
        self.currency, self.exponent = currency, exponent_of(currency, exponents)
        if floor:
            self.floors[floor[2] or "CD"] = parse_amount(floor[3], self.exponent, mark=",", bare_mark=True)
        elif total:
            self.sums[tag[2]] = int(total[1]), parse_amount(total[3], self.exponent, mark=",", bare_mark=True)
        return self.exponent


def finish_report(
    report: Report, account: str, reference: str, sequence: str, lines: list[ParsedLine]
) -> ParsedStatement:
    """The report as a statement without balances. Refuses `no_account`, `no_date`."""
    place = f"report at line {report.number}"
    if not account:
        raise StatementRefused("no_account", "no :25: field", place)
    if not report.currency:
        raise StatementRefused("no_currency", "no :34F: field", place)
    dates = [d for x in lines if (d := x.booked_on or x.value_on) is not None]
    day = report.day or max(dates, default=None)
    if day is None:
        raise StatementRefused("no_date", "neither :13D: nor a line carries a date", place)
    parsed = ParsedStatement(
        account, report.currency, reference or None, sequence or None, None, None, None, day, lines,
        [*_sums(report, lines, place), *_floors(report, place)],
    )  # fmt: skip
    return as_intraday(parsed, place)


def _sums(report: Report, lines: list[ParsedLine], place: str) -> list[Finding]:
    found = []
    for side, (number, total) in report.sums.items():
        amounts = [abs(x.amount) for x in lines if (x.amount < 0) == (side == "D")]
        if (number, total) != (len(amounts), sum(amounts)):
            told, made = (written(figure, report.exponent, report.currency) for figure in (total, sum(amounts)))
            what = f":90{side}: counts {number} lines of {told}, the report holds {len(amounts)} of {made}"
            found.append(Finding(place, what, "check", "control_total"))
    return found


def _floors(report: Report, place: str) -> list[Finding]:
    """A floor hides what is smaller."""
    floor = max(report.floors.values(), default=0)
    if not floor:
        return []
    what = f"lines below {written(floor, report.exponent, report.currency)} are left out (:34F:)"
    return [Finding(place, what, "note", "floor_limit")]
