"""The stories against the pure rules alone: no database, milliseconds."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from reconciliation.matching.rows import EntryRow, Group, KnownRow, LineRow
from reconciliation.matching.rules import Terms, groups_of_reference, pair_blank_lines
from tests.stories.notation import ACCOUNTS, Check, Confirm, Line, Step, Tx, read

HERE = Path(__file__).parent
STORIES = read(HERE / "bank.txt") | read(HERE / "planes.txt")
GRACE = 2
KINDS = {"FEE": "fee", "INTEREST": "interest"}


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


class Given:
    """The rows of a story up to a check, as the rules see them."""

    def __init__(self, steps: list[Step]) -> None:
        self.txs = {s.name: s for s in steps if isinstance(s, Tx)}
        self.numbers = {name: n for n, name in enumerate(self.txs, 1)}
        self.confirmed = {s.name: s.day for s in steps if isinstance(s, Confirm)}
        self.lines = [s for s in steps if isinstance(s, Line)]

    def name(self, row: EntryRow | LineRow | KnownRow) -> str:
        if isinstance(row, LineRow):
            return self.lines[row.line_id - 1].name
        return next(n for n, i in self.numbers.items() if i == row.transaction_id)

    def groups(self, account: str, as_of: int) -> list[Group]:
        sign = 1 if ACCOUNTS[account][0] in ("ASSET", "EXPENSE") else -1
        entries, known, lines = defaultdict(list), defaultdict(list), defaultdict(list)
        reversed_names = {t.reverses for t in self.txs.values()}
        for name, tx in self.txs.items():
            signed = sum((n if d == "DEBIT" else -n) * sign for a, d, n in tx.legs if a == account)
            if not signed:
                continue
            key, number = tx.reference or f"T{name}", self.numbers[name]
            posted = tx.status == "POSTED" or name in self.confirmed
            if posted:
                day = ordinal(self.confirmed.get(name, tx.day))
                reverses = self.numbers.get(tx.reverses)
                entries[key].append(EntryRow(number, 1, key, day, signed, tx.payment, tx.use_case, number, reverses))
            corrected = any(
                t.name.startswith("N") and t.reference == tx.reference and t.name != name for t in self.txs.values()
            )
            if not corrected and (not posted or name in reversed_names):
                status = "REVERSED" if posted else tx.status
                known[key].append(KnownRow(number, key, signed, status))  # type: ignore[arg-type]
        for number, line in enumerate(self.lines, 1):
            if line.account != account:
                continue
            key = line.reference or line.name
            lines[key].append(
                LineRow(number, key, ordinal(line.day), sign * line.amount, line.amount < 0, not line.reference,
                        KINDS.get(line.code, ""), line.charge)
            )  # fmt: skip
        terms = Terms(GRACE, as_of, -sign)
        groups = [
            g
            for key in sorted({*entries, *lines})
            for g in groups_of_reference(entries[key], lines[key], known[key], terms)
        ]
        return pair_blank_lines(groups)


def checks() -> list[tuple[str, int]]:
    return [(s, n) for s, steps in STORIES.items() for n, step in enumerate(steps) if isinstance(step, Check)]


@pytest.mark.parametrize(("story", "number"), checks(), ids=lambda v: str(v))
def test_the_check_finds_what_the_story_says(story: str, number: int) -> None:
    steps = STORIES[story]
    check = steps[number]
    assert isinstance(check, Check)
    given = Given(steps[:number])
    as_of = ordinal(check.day) + (0 if check.verdict == "TIMING" else GRACE)
    groups = [g for g in given.groups(check.account, as_of) if g.day == ordinal(check.day)]

    assert sum(p.signed for g in groups for p in g.parts) == check.ledger
    assert sum(x.signed for g in groups for x in g.lines) == check.statement
    found = sorted((g.contribution, g.exception_class, g.cause) for g in groups if not g.is_match)
    if check.verdict == "TIMING":
        assert {g.exception_class for g in groups if not g.is_match} == {"timing_skew"}
        assert sum(c for c, _, _ in found) == check.drift
    else:
        assert found == sorted((c, k, w) for c, k, w, _ in check.contributions)
    for amount, _, _, rows in check.contributions:
        group = next(g for g in groups if not g.is_match and g.contribution == amount)
        mentioned = {
            given.name(r) for r in [*(p.entry for p in group.parts), *group.lines, *group.related, *group.known]
        }
        assert set(rows) <= mentioned
