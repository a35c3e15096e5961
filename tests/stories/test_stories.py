"""The stories, end to end in the database: postings through the door, statements through the store, checks as stated."""

from pathlib import Path

import pytest

from ledger.models import Tenant
from tests.stories.notation import Balance, Check, Confirm, Line, Position, Tx, read
from tests.stories.world import World

HERE = Path(__file__).parent
STORIES = read(HERE / "bank.txt") | read(HERE / "planes.txt")


@pytest.mark.parametrize("story", STORIES)
def test_the_story_holds_to_the_last_unit(story: str, acme: Tenant) -> None:
    world = World(acme.id)
    drifts: dict[tuple[str, str], int] = {}
    for step in STORIES[story]:
        if isinstance(step, Tx):
            world.post(step)
        elif isinstance(step, Line):
            world.line(step)
        elif isinstance(step, Confirm):
            world.confirm(step)
        elif isinstance(step, Balance):
            assert world.balance(step.account) == step.amount
        elif isinstance(step, Position):
            assert sum(d for (a, day), d in drifts.items() if a == step.account and day <= step.day) == step.amount
        else:
            drifts[step.account, step.day] = _compare(world, step)


def _compare(world: World, expected: Check) -> int:
    found = world.check(expected)
    assert (int(found.ledger_total), int(found.statement_total or 0)) == (expected.ledger, expected.statement)
    assert found.drift == expected.drift
    assert found.unexplained == 0
    assert found.timing_only == (expected.verdict == "TIMING")
    assert found.verdict == ("CLEAN" if expected.verdict == "CLEAN" else "DRIFTED")
    stated = sorted((int(c.contribution_minor), c.exception_class, c.cause or 0) for c in found.contributions.all())
    assert sum(c for c, _, _ in stated) == expected.drift
    if expected.verdict == "DRIFTED":
        assert stated == sorted((c, k, w or 0) for c, k, w, _ in expected.contributions)
        for amount, _, _, rows in expected.contributions:
            position = next(c.position for c in found.contributions.all() if c.contribution_minor == amount)
            assert set(rows) <= world.names(found, position)
    return expected.drift
