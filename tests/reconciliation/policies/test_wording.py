"""A document in words, and what changes between two."""

import copy

import pytest

from reconciliation.checkpoints.baseline import baseline
from reconciliation.policies.wording import band_words, changes, parts_of, sentence_of, unchanged
from tests.checkpoints import checkpoint

pytestmark = pytest.mark.quick
CLAUSE = {
    "moves": ["correction.reverse"], "when": {"use_case": ["ewa", "loan"]}, "amounts": {"ETB": {"from": "5000000"}},
    "outcome": "approval", "reason": "much money moves",
    "approval": {"roles": ["controller"], "quorum": 2, "bands": {"ETB": [{"from": "9000000", "quorum": 3}]}},
    "matchers": {"pairs": ["ledger-bank"], "otherwise": "hold"}, "never": ["command"],
}  # fmt: skip


def test_a_clause_reads_as_one_sentence() -> None:
    assert sentence_of(CLAUSE) == (
        "When a posting is reversed of at least 50,000.00 ETB where use case is ewa or loan, it needs approval, 2 approvals by "
        "controllers who did not ask for it; 3 approvals from 90,000.00 ETB, once ledger ↔ bank agree; else it waits. "
        "Never skipped by an operator's command."
    )


def test_everything_that_ships_has_words() -> None:
    for document in baseline():
        assert all(part.text for part in parts_of(document))


def test_what_changes_is_named_part_by_part() -> None:
    was = checkpoint(CLAUSE)
    now = copy.deepcopy(was)
    now["clauses"][0]["approval"]["quorum"] = 1
    now["clauses"][0]["never"] = ["command", "override"]
    found = [(c.sign, c.part.clause, c.part.label) for c in changes(was, now)]
    assert found == [("-", 1, "Approvals"), ("+", 1, "Approvals"), ("-", 1, "Never bypass"), ("+", 1, "Never bypass")]
    assert changes(was, was) == []
    assert {"title", "when", "amount", "matchers"} <= set(unchanged(was, now))
    assert "approvals" not in unchanged(was, now)


def test_a_new_one_and_one_that_ends_change_every_part() -> None:
    document = checkpoint(CLAUSE)
    assert {c.sign for c in changes(None, document)} == {"+"}
    assert {c.sign for c in changes(document, None)} == {"-"}
    assert len(changes(None, document)) == len(parts_of(document))


def test_a_band_from_nothing_says_its_end_alone() -> None:
    assert band_words("ETB", {"from": "0", "below": "1000000"}) == "below 10,000.00 ETB"
    assert band_words("ETB", {"from": "100", "below": "1000000"}) == "at least 1.00 ETB, below 10,000.00 ETB"
    assert band_words("ETB", {"from": "0"}) == "at least 0.00 ETB"
