"""A looser document is looser though nothing happened in the window."""

from typing import Any

import pytest

from reconciliation.backtest.needs import needs_of
from reconciliation.backtest.probing import looser_moves
from tests.checkpoints import checkpoint, shipped
from tests.reconciliation.backtest.test_needs import asked

pytestmark = pytest.mark.quick
NEVER = {
    "moves": ["posting.post"],
    "when": {"use_case": ["deposit", "fee"]},
    "outcome": "forbidden",
    "reason": "Deposits wait here.",
}


def looser(live: list[dict[str, Any]], draft: list[dict[str, Any]]) -> list[str]:
    was, now = asked(*live), asked(*draft)
    changed = asked(*(d for d in live if d not in draft), *(d for d in draft if d not in live))
    return looser_moves(needs_of(list(changed), was, now), was, now, changed)


def test_a_clause_that_goes_opens_what_it_forbade() -> None:
    assert looser([checkpoint(NEVER), shipped("postings")], [shipped("postings")]) == ["posting.post"]
    assert looser([shipped("postings")], [checkpoint(NEVER), shipped("postings")]) == []


def test_one_value_less_opens_that_value() -> None:
    less = checkpoint(NEVER | {"when": {"use_case": ["deposit"]}})
    assert looser([checkpoint(NEVER), shipped("postings")], [less, shipped("postings")]) == ["posting.post"]


def test_a_higher_threshold_opens_what_lies_between() -> None:
    def banded(start: str) -> dict[str, Any]:
        clause = {
            "moves": ["posting.post"],
            "amounts": {"ETB": {"from": start}},
            "outcome": "forbidden",
            "reason": "It is too large.",
        }
        return checkpoint(clause)

    assert looser([banded("100"), shipped("postings")], [banded("200"), shipped("postings")]) == ["posting.post"]
    assert looser([banded("200"), shipped("postings")], [banded("100"), shipped("postings")]) == []


def test_what_need_not_be_given_any_more_is_looser() -> None:
    def free(document: dict[str, Any]) -> None:
        document["clauses"][2].pop("requires")

    assert looser([shipped("commerce-plane")], [shipped("commerce-plane", free)]) == ["commerce.move_by_hand"]
    assert looser([shipped("commerce-plane", free)], [shipped("commerce-plane")]) == []


def test_one_controller_instead_of_two_is_looser() -> None:
    def two(document: dict[str, Any]) -> None:
        document["clauses"][0]["approval"]["quorum"] = 2

    assert looser([shipped("corrections", two)], [shipped("corrections")]) == [
        "correction.batch",
        "correction.book",
        "correction.confirm",
        "correction.identify",
        "correction.join",
        "correction.repost",
        "correction.reverse",
    ]
