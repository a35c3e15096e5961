"""The release gate by STORIES: S18's rows as they stand, and what the rule says of several accounts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reconciliation.oversight.gate_rules import NEEDED, AccountDay, Gate, judge

pytestmark = pytest.mark.quick
STORIES = Path(__file__).resolve().parents[2] / "stories" / "bank.txt"
ROWS = [
    (letters, [int(n) for n in counts.split()])
    for letters, _, counts in (
        line.removeprefix("gate ").partition(" -> ")
        for line in STORIES.read_text().splitlines()
        if line.startswith("gate C")
    )
]
FIRST = date(2026, 3, 2)
LATE = datetime(2026, 4, 1, tzinfo=UTC)


def on(n: int, letter: str, account: str = "clr") -> AccountDay:
    day = FIRST + timedelta(days=n)
    due = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    verdict = {"C": "CLEAN", "D": "DRIFTED", "W": "DRIFTED", "U": "UNKNOWN", "-": None, "H": "CLEAN"}[letter]
    found = due if letter in "DH" else None  # H: drifted, and clean since
    return AccountDay(account, account, "ETB", day, due, verdict, letter == "W", due, (), found, 5 if found else None)


def gate(letters: str, *others: str, at: datetime = LATE, blocks: tuple[str, ...] = ()) -> Gate:
    rows = [on(n, c, f"a{k}") for k, word in enumerate((letters, *others)) for n, c in enumerate(word) if c != " "]
    return judge(rows, at, blocks=blocks)


@pytest.mark.parametrize(("letters", "counts"), ROWS)
def test_the_rows_of_s18(letters: str, counts: list[int]) -> None:
    assert len(ROWS) == 4
    for n in range(1, len(letters) + 1):
        assert gate(letters[:n]).count == counts[n - 1], letters[:n]


def test_seven_open_it_and_six_do_not() -> None:
    assert not gate("C" * 6).open
    assert gate("C" * 7).open
    assert NEEDED == 7


def test_a_bad_day_stays_bad_after_its_correction() -> None:
    found = gate("CCCH" + "C" * 6)
    assert (found.count, found.open, [d.state for d in found.resets]) == (6, False, ["bad"])


def test_every_account_has_to_be_good() -> None:
    assert gate("CCCC", "CCCD").count == 0
    assert gate("CCCC", "CC-C").count == 1, "a day that nobody checked is unknown"
    assert gate("CCCC", "CCWC").count == 2, "it stands at the day that waits"
    assert gate("CCCC", "CC C").count == 4, "a day that is none of an account's counts by the others"
    assert gate("CCW", "CCD").days[-1].state == "bad", "what drifted is told before what waits"


def test_a_day_that_drifted_tells_also_who_is_unknown() -> None:
    day = gate("CD", "CU", "CC").days[-1]
    assert (day.state, [a.account for a in day.told], [a.account for a in day.beside]) == ("bad", ["a0"], ["a1"])
    assert gate("CU", "CC").days[-1].beside == ()


def test_what_is_not_due_yet_is_not_counted_and_resets_nothing() -> None:
    at = datetime(2026, 3, 6, 12, tzinfo=UTC)  # the 6th and later are due after this
    found = gate("CCCC-C", at=at)
    assert (found.count, found.stands_at and found.stands_at.day) == (4, date(2026, 3, 6))
    assert found.days[-1].state == "coming"
    assert gate("CCCCD", at=at).count == 0, "what drifted has drifted, due or not"


def test_a_check_made_while_the_day_ran_is_none() -> None:
    rows = [replace(on(n, "C"), ends_at=on(n, "C").due_at) for n in range(8)]
    assert judge(rows, LATE).count == 8
    rows[7] = replace(rows[7], ends_at=rows[7].due_at + timedelta(microseconds=1))
    assert (judge(rows, LATE).count, judge(rows, LATE).days[-1].state) == (0, "unknown")


def test_what_blocks_it_shuts_it_whatever_the_days_say() -> None:
    found = gate("C" * 9, blocks=("C-4 is a security hold",))
    assert (found.count, found.open) == (9, False)
    assert not judge([], LATE).open
