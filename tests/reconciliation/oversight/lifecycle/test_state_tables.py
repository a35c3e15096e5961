"""The tables say what the code does, and where the database alone holds the moves, what its SQL says."""

import re
from pathlib import Path

import pytest

from reconciliation.checkpoints.steps import COMMERCE_STEPS, PROVIDER_STEPS
from reconciliation.oversight.lifecycle.state_tables import StateTable, state_tables
from reconciliation.provider.formats.event import EVENT_TYPES, ProviderEvent
from reconciliation.provider.moves import FALLS, outcome_of
from tests.architecture.sources import ROOT
from tests.reconciliation.books import NOW

pytestmark = pytest.mark.quick
TABLES = {table.key: table for table in state_tables()}


def steps(table: StateTable) -> set[tuple[str, str]]:
    return {(s.before, s.after) for s in table.steps}


def written(path: str, after: str) -> set[tuple[str, str]]:
    """The pairs ('a', 'b') of the SQL behind a phrase, up to the end of its list."""
    text = (ROOT / path).read_text()
    start = text.index(after) + len(after)
    end = re.search(r"\)\s*\)", text[start:])
    assert end
    return set(re.findall(r"\('(\w+)',\s*'(\w+)'\)", text[start : start + end.end()]))


def test_the_planes_are_the_steps_that_policy_names() -> None:
    assert steps(TABLES["provider"]) == PROVIDER_STEPS
    assert steps(TABLES["commerce"]) == COMMERCE_STEPS


@pytest.mark.parametrize("scheme", ["btcpay", "coinbase", *FALLS])
def test_every_move_of_the_provider_stands_in_its_table(scheme: str) -> None:
    known = steps(TABLES["provider"])
    for before in TABLES["provider"].states:
        for kind in EVENT_TYPES:
            for flags in ((), ("marked",)):
                event = ProviderEvent(scheme, "e1", kind, kind, "p1", "", NOW, flags=flags)  # type: ignore[arg-type]
                outcome, after, _ = outcome_of(before, frozenset(), event)  # type: ignore[arg-type]
                if outcome in ("moved", "fell", "stood"):
                    assert (before, after) in known, (before, kind, flags)


def test_what_the_database_alone_holds_is_written_as_it_is_there() -> None:
    wall = "reconciliation/checkpoints/sql/wall.sql"
    assert steps(TABLES["version"]) == written(wall, "(OLD.state, NEW.state) NOT IN (")
    assert steps(TABLES["period"]) == written("ledger/sql/035_periods.sql", "(from_state, to_state) IN (")
    states = re.search(
        r"request_state_is_known CHECK \(state IN \(([^)]+)\)",
        Path(ROOT / "reconciliation/approvals/sql/approvals.sql").read_text(),
    )
    assert states
    assert set(TABLES["request"].states) == set(re.findall(r"'(\w+)'", states[1]))
    assert {before for before, _ in steps(TABLES["request"])} == {"open"}


def test_every_state_is_reached_or_begins_and_the_last_ones_are_named() -> None:
    for table in TABLES.values():
        assert {state for step in steps(table) for state in step if state} == set(table.states), table.key
    assert TABLES["request"].final == ("executed", "rejected", "withdrawn", "expired", "stale")
    assert TABLES["version"].final == ("retired", "discarded")
    assert TABLES["case"].final == ()
