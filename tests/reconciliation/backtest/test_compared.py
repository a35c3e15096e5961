"""How two answers about one move relate, over the whole square."""

import pytest

from reconciliation.backtest.compared import direction_of, extra_approvals
from reconciliation.checkpoints.rules import Decision, Move

pytestmark = pytest.mark.quick
MOVE = Move("posting.post")


def said(outcome: str, quorum: int = 0, *roles: str) -> Decision:
    return Decision(MOVE, outcome, "1", "because", quorum, frozenset(roles))  # type: ignore[arg-type]


LADDER = [
    said("automatic"), said("approval", 1, "controller"), said("approval", 2, "controller"), said("forbidden"),
]  # fmt: skip


def test_every_rung_is_looser_than_those_above_and_stricter_than_those_below() -> None:
    for i, live in enumerate(LADDER):
        for j, draft in enumerate(LADDER):
            assert direction_of(live, draft) == ("" if i == j else "looser" if j < i else "stricter"), (i, j)


@pytest.mark.parametrize(
    ("live", "draft", "direction"),
    [
        (["controller"], ["controller", "policy_admin"], "looser"),
        (["controller", "policy_admin"], ["controller"], "stricter"),
        (["controller"], ["policy_admin"], "other people"),
    ],
)
def test_the_same_number_of_hands_is_told_by_whose(live: list[str], draft: list[str], direction: str) -> None:
    assert direction_of(said("approval", 1, *live), said("approval", 1, *draft)) == direction


def test_another_rule_with_the_same_answer_is_no_flip() -> None:
    other = Decision(MOVE, "forbidden", "9", "another reason", 0, frozenset(), "Other", "other", 4)
    assert direction_of(said("forbidden"), other) == ""


def test_people_give_more_approvals_only_where_neither_forbids() -> None:
    assert extra_approvals(said("automatic"), said("approval", 2, "controller")) == 2
    assert extra_approvals(said("approval", 1, "controller"), said("approval", 3, "controller")) == 2
    assert extra_approvals(said("approval", 2, "controller"), said("approval", 1, "controller")) == 0
    assert extra_approvals(said("approval", 1, "controller"), said("forbidden")) == 0
    assert extra_approvals(said("forbidden"), said("approval", 1, "controller")) == 0
