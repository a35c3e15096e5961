from datetime import date

import pytest

from reconciliation.bank.formats.statement import ParsedLine, ParsedStatement
from reconciliation.bank.spans import Stretch, covered_dates, identity, occurrences, restated

pytestmark = pytest.mark.quick


def march(day: int) -> date:
    return date(2026, 3, day)


def line(amount: int = 500, where: str = "line 1", **said: object) -> ParsedLine:
    return ParsedLine(
        where, 1, str(said.get("reference", "A1")), "", amount, "ETB", march(10), march(10), "", "rent",
        references=dict(said.get("references", {})),  # type: ignore[call-overload]
    )  # fmt: skip


class TestIdentity:
    def test_is_what_the_bank_says_and_not_where_it_stands(self) -> None:
        assert identity(line(where="line 7")) == identity(line())

    @pytest.mark.parametrize(
        "other", [line(501), line(reference="A2"), line(references={"EndToEndId": "x"})], ids=["amount", "ref", "more"]
    )
    def test_every_field_tells_lines_apart(self, other: ParsedLine) -> None:
        assert identity(other) != identity(line())

    def test_equal_lines_are_numbered(self) -> None:
        assert occurrences(["a", "b", "a", "a"]) == [1, 1, 2, 3]


class TestRestated:
    """Stored: one statement of the day, 0 → 100."""

    stored = Stretch(1, march(10), march(11), 0, 100)

    @pytest.mark.parametrize(
        ("opening", "closing", "again"),
        [
            (0, 100, True),  # the same again
            (0, 170, True),  # the day up to later
            (100, 150, False),  # the evening after the morning
            (-40, 0, False),  # the morning, late
            (7, 9, True),  # it contradicts: to be compared line by line
            (None, None, True),
            (100, 100, False),  # an evening without movement
        ],
    )
    def test_tells_the_same_again_from_the_next(self, opening: int | None, closing: int | None, again: bool) -> None:
        assert restated(opening, closing, [self.stored]) == ([self.stored] if again else [])

    def test_a_day_without_movement_stated_again_is_the_same(self) -> None:
        still = Stretch(1, march(10), march(11), 100, 100)
        assert restated(100, 100, [still]) == [still]


def statement(opening_on: int | None, closing_on: int | None, *days: int) -> ParsedStatement:
    lines = [ParsedLine("", n, "", "", 1, "ETB", None, march(d), "", "") for n, d in enumerate(days)]
    return ParsedStatement(
        "", "ETB", None, None, 0, march(opening_on) if opening_on else None, 0,
        march(closing_on) if closing_on else None, lines,
    )  # fmt: skip


class TestCoveredDates:
    @pytest.mark.parametrize(
        ("given", "first", "until"),
        [
            (statement(10, 10), 10, 11),
            (statement(9, 10, 10), 10, 11),  # the opening is the evening before
            (statement(9, 10, 9, 10), 9, 11),  # the opening is that day's first
            (statement(6, 9, 9), 7, 10),  # over a weekend
            (statement(None, 10, 8, 10), 8, 11),
            (statement(None, None, 8, 10), 8, 11),
        ],
    )
    def test_half_open(self, given: ParsedStatement, first: int, until: int) -> None:
        assert covered_dates(given) == (march(first), march(until))

    def test_without_any_date_it_says_so(self) -> None:
        with pytest.raises(ValueError, match="no date"):
            covered_dates(statement(None, None))
