"""What tells moves apart, and that the stand-in of a group is decided as each of its members."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.backtest.needs import move_of, needs_of
from reconciliation.checkpoints.documents import clauses_of, require_document
from reconciliation.checkpoints.rules import Asked, Move, decide, in_order
from tests.checkpoints import checkpoint, shipped

pytestmark = pytest.mark.quick


def asked(*documents: dict[str, Any]) -> Asked:
    return in_order([c for d in documents for c in clauses_of(require_document(d), 1)])


BANDED = checkpoint({
    "moves": ["posting.post"], "when": {"use_case": ["payout"]}, "amounts": {"ETB": {"from": "500", "below": "9000"},
    "BTC": {"from": "70"}},
    "outcome": "approval", "approval": {"roles": ["controller"], "quorum": 1, "bands": {"ETB": [{"from": "2000", "quorum": 2}]}},
    "never": ["personal token"], "reason": "Payouts of some size are looked at.",
})  # fmt: skip
LIVE = asked(shipped("postings"))


def test_it_names_what_clauses_read_and_every_edge() -> None:
    needs = needs_of(["posting.post", "provider.move"], LIVE, asked(BANDED, shipped("postings")))
    assert needs.moves == ("posting.post",)  # what only states what is can not flip
    assert (needs.named, needs.edges) == ({"use_case", "door"}, {"BTC": (70,), "ETB": (500, 2000, 9000)})
    assert needs.money
    assert not needs.looked_up


def test_what_is_only_asked_for_counts_as_given_or_not() -> None:
    needs = needs_of(["commerce.move_by_hand"], asked(shipped("commerce-plane")))
    assert (needs.named, needs.given, needs.money) == (frozenset(), {"reason_code", "ticket"}, False)


def test_a_fact_of_another_plane_that_nobody_knows_is_said_to_be_missing() -> None:
    early = checkpoint(
        {
            "moves": ["posting.post"],
            "when": {"provider_state": ["unknown"]},
            "outcome": "forbidden",
            "reason": "It is not known.",
        }
    )
    needs = needs_of(["posting.post"], asked(early))
    assert needs.looked_up == {"provider_state"}
    assert move_of("posting.post", {}, needs, {"provider_state": "unknown"}).facts == {"provider_state": "unknown"}
    known = move_of("posting.post", {"provider_state": "paid"}, needs, {"provider_state": "unknown"})
    assert known.facts["provider_state"] == "paid"


@given(st.integers(0, 12_000), st.integers(0, 200), st.sampled_from(["payout", "deposit"]))
def test_the_stand_in_of_a_band_is_decided_as_every_amount_in_it(etb: int, btc: int, use_case: str) -> None:
    draft = asked(BANDED, shipped("postings"))
    needs = needs_of(["posting.post"], LIVE, draft)
    bands = {a: sum(n >= edge for edge in needs.edges[a]) for a, n in (("ETB", etb), ("BTC", btc))}
    stand_in = move_of("posting.post", {"use_case": use_case, "bands": bands}, needs, {})
    member = Move("posting.post", {"use_case": use_case, "amounts": {"ETB": str(etb), "BTC": str(btc)}})
    one, other = decide(stand_in, draft), decide(member, draft)
    assert (one.outcome, one.quorum, one.rule, one.policy) == (other.outcome, other.quorum, other.rule, other.policy)


def test_the_door_tells_bookings_apart_where_a_rule_must_be_named() -> None:
    people = {"moves": ["correction.book"], "outcome": "automatic", "reason": "A small fee is booked at once."}
    (clause,) = [c for clauses in asked(checkpoint(people)).values() for c in clauses]
    needs = needs_of(["correction.book"], {"correction.book": (clause,)})
    assert needs.named == {"door"}
    for door in ("rule", "screen"):
        live = {"correction.book": (clause,)}
        assert decide(Move("correction.book", {"door": door}), live).outcome == (
            decide(move_of("correction.book", {"door": door}, needs, {}), live).outcome
        )
