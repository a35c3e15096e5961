from pathlib import Path

import pytest

from reconciliation.oversight.routing.routes import routes
from reconciliation.oversight.signals.catalogue import EARLY, OPERATIONAL, SIGNALS, STATES, judged
from reconciliation.oversight.signals.measure import MEASURES

SQL = Path(__file__).parents[4] / "reconciliation/oversight/signals/sql/signals.sql"


def test_there_are_five_and_six_and_each_is_measured() -> None:
    assert (len(EARLY), len(OPERATIONAL), len(SIGNALS)) == (5, 6, 11)
    assert set(MEASURES) == set(SIGNALS)
    assert set(routes().signals) == set(SIGNALS), "each leads to its playbook"


def test_the_database_knows_the_same_signals_and_states() -> None:
    text = SQL.read_text()
    keys = text.split("reading_signal_is_known CHECK (key IN (")[1].split("))")[0]
    assert {key.strip().strip("'") for key in keys.split(",")} == set(SIGNALS)
    states = text.split("reading_state_is_known CHECK (state IN (")[1].split("))")[0]
    assert tuple(state.strip().strip("'") for state in states.split(",")) == STATES


@pytest.mark.parametrize(("key", "value", "of", "parts", "state"), [
    ("hand-edits", 0, None, {}, "in"), ("hand-edits", 1, None, {}, "out"), ("hand-edits", None, None, {}, "unknown"),
    ("explorer-notes", 0, 9, {}, "in"), ("explorer-notes", 2, 100, {}, "in"), ("explorer-notes", 3, 100, {}, "out"),
    ("explorer-notes", 0, 0, {}, "unknown"), ("closed-as-other", 2, 101, {}, "in"), ("closed-as-other", 2, 100, {}, "out"),
    ("webhook-recency", 21_600, None, {}, "in"), ("webhook-recency", 21_601, None, {}, "out"),
    ("drift-left", None, None, {}, "unknown"), ("drift-left", None, None, {"ETB": 0, "USD": 0}, "in"),
    ("drift-left", None, None, {"ETB": 0, "USD": 1}, "out"), ("queue-depth", 400, None, {}, "in"),
    ("payout-backlog", 101, None, {}, "out"),
])  # fmt: skip
def test_a_value_is_in_range_out_of_it_or_says_nothing(
    key: str, value: int | None, of: int | None, parts: dict[str, int], state: str
) -> None:
    assert judged(SIGNALS[key], value, of, parts) == state
