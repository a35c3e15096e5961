import itertools

import pytest

from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.documents import clauses_of
from reconciliation.checkpoints.rules import COMMERCE_BY_HAND, Move, decide, in_order
from reconciliation.commerce.errors import MoveNotAllowed
from reconciliation.commerce.rules import (
    BY_HAND,
    MOVES,
    REASONS,
    SOURCES,
    STATES,
    choices,
    require_move,
    require_reason,
)
from reconciliation.errors import BadInput, ReasonMissing

pytestmark = pytest.mark.quick
FORWARD = {
    ("open", "fulfilled"), ("open", "refunded"), ("fulfilled", "refunded"), ("fulfilled", "disputed"),
    ("disputed", "fulfilled"), ("disputed", "refunded"),
}  # fmt: skip
BACK = {("fulfilled", "open"), ("refunded", "open"), ("refunded", "fulfilled")}


SHIPPED = in_order(clause for document in baseline() for clause in clauses_of(document, 1))


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
@pytest.mark.parametrize("source", SOURCES)
def test_the_full_square_of_moves(before: str, after: str, source: str) -> None:
    step = (before, after)
    disputes = "disputed" in step and step != ("disputed", "refunded")
    may = (step in FORWARD and not (source == "matcher" and disputes)) or (step in BACK and source == "operator")
    if may:
        require_move(before, after, source)
    else:
        with pytest.raises(MoveNotAllowed):
            require_move(before, after, source)


@pytest.mark.parametrize("source", ["webhook", "provider", ""])
def test_a_webhook_moves_no_order(source: str) -> None:
    for before, after in MOVES:
        with pytest.raises(MoveNotAllowed):
            require_move(before, after, source)


def test_every_move_has_a_reason_beside_other() -> None:
    for step in MOVES:
        fitting = {code for code, reason in REASONS.items() if step in reason.steps}
        assert "OTHER" in fitting
        assert len(fitting) > 1, step
        assert ("RECORDED_WRONGLY" in fitting) == (MOVES[step] == BY_HAND)


@pytest.mark.parametrize("before", STATES)
def test_a_page_offers_what_would_be_taken(before: str) -> None:
    for after, codes in choices(before):
        require_move(before, after, "operator")
        for code in codes:
            assert require_reason(before, after, code, " SUP-1 ", " said ") == ("SUP-1", "said")


@pytest.mark.parametrize(
    ("code", "ticket", "note", "where"),
    [
        ("CHARGEBACK_OPENED", "SUP-1", "", "reason_code"),
        ("", "SUP-1", "", "reason_code"),
        ("GOODS_SENT_BY_SUPPORT", "  ", "", "ticket"),
        ("GOODS_SENT_BY_SUPPORT", "S" * 141, "", "ticket"),
        ("GOODS_SENT_BY_SUPPORT", "SUP\u202e1", "", "ticket"),
        ("GOODS_SENT_BY_SUPPORT", "SUP-1", "n" * 2001, "note"),
        ("GOODS_SENT_BY_SUPPORT", "SUP-1", "\x00", "note"),
        ("GOODS_SENT_BY_SUPPORT", "SUP-1", "\ud800", "note"),
    ],
)
def test_what_a_person_says_is_checked(code: str, ticket: str, note: str, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        require_reason("open", "fulfilled", code, ticket, note)
    assert refused.value.where == where


def test_other_says_nothing_by_itself() -> None:
    with pytest.raises(ReasonMissing):
        require_reason("open", "fulfilled", "OTHER", "SUP-1", "  ")


@pytest.mark.parametrize("name", ["commerce.record", "commerce.move"])
def test_policy_lets_rules_and_matchers_move_orders(name: str) -> None:
    assert (decide(Move(name), SHIPPED).outcome, decide(Move(name), SHIPPED).policy) == ("automatic", "Commerce plane")


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"reason_code": "OTHER", "ticket": "SUP-1"}, "automatic"),
        ({"reason_code": "OTHER", "ticket": ""}, "forbidden"),
        ({"ticket": "SUP-1"}, "forbidden"),
        ({}, "forbidden"),
    ],
)
def test_policy_lets_a_hand_move_them_with_reason_and_ticket_alone(facts: dict[str, str], outcome: str) -> None:
    said = decide(Move(COMMERCE_BY_HAND, facts), SHIPPED)
    assert (said.outcome, said.policy, said.rule) == (outcome, "Commerce plane", "3")
