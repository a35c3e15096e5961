"""The tree says what policy would say: whatever is asked, the branch that decides is the first of the tree that fits."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.documents import clauses_of
from reconciliation.checkpoints.rules import Move, decide, in_order, names_its_door
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.oversight.lifecycle.decision_tree import Policy, Question, decision_tree
from tests.checkpoints import checkpoint

pytestmark = pytest.mark.quick
LARGE = checkpoint(
    {"moves": ["posting.post"], "outcome": "forbidden", "reason": "Nothing is posted of what is not confirmed.",
     "when": {"provider_state": ["pending", "paid"]}, "never": ["override"]},
    {"moves": ["posting.post"], "outcome": "approval", "approval": {"roles": ["controller"], "quorum": 2},
     "amounts": {"ETB": {"from": "5000000"}}, "reason": "Large postings need two."},
    key="large-postings",
)  # fmt: skip
BY_PEOPLE = checkpoint(
    {"moves": ["correction.book"], "outcome": "automatic", "reason": "Small fees at once."},
    key="bookings-at-once",
    precedence=50,
)
DOCUMENTS = [*baseline(), LARGE, BY_PEOPLE]
IN_ORDER = sorted(DOCUMENTS, key=lambda d: int(d["precedence"]))


def questions(documents: list[dict[str, Any]]) -> dict[str, Question]:
    limbs = decision_tree([Policy(d["key"], 1, d) for d in documents])
    found = [question for limb in limbs for question in limb.questions]
    assert len(found) == len({q.move.name for q in found}) == len(VOCABULARY), "each move once"
    return {q.move.name: q for q in found}


def test_the_tree_names_every_move_with_its_branches_in_order() -> None:
    post = questions(DOCUMENTS)["posting.post"]
    assert [(b.key, b.clause, b.outcome) for b in post.branches] == [
        ("large-postings", 1, "forbidden"), ("large-postings", 2, "approval"), ("postings", 1, "automatic"),
    ]  # fmt: skip
    assert [b.where for b in post.branches] == [
        "state at the provider is pending or paid", "at least 50,000.00 ETB", "",
    ]  # fmt: skip
    assert post.branches[1].answer == "2 approvals by controllers who did not ask for it"
    assert [b.liftable for b in post.branches] == [False, True, False]
    assert post.otherwise == ""


def test_what_no_clause_names_is_forbidden_and_what_is_observed_is_recorded() -> None:
    bare = questions([])
    assert bare["posting.post"].otherwise == "is forbidden: no clause names it"
    assert bare["provider.move"].otherwise == "is recorded"


def test_a_clause_that_names_no_door_does_not_let_a_rule_through() -> None:
    book = questions(DOCUMENTS)["correction.book"]
    assert book.branches[0].where == "door is not a rule or a job, which only a clause that names it lets through"
    assert book.branches[1].where == ""


@given(
    name=st.sampled_from(sorted(VOCABULARY)),
    facts=st.fixed_dictionaries({
        "door": st.sampled_from(["screen", "rule", "api"]),
        "provider_state": st.sampled_from(["pending", "paid", "confirmed"]),
        "asset": st.sampled_from(["ETB", "USD"]), "amount_minor": st.sampled_from(["10", "4999999", "5000000"]),
    }),
)  # fmt: skip
def test_the_branch_that_decides_is_one_of_the_tree(name: str, facts: dict[str, Any]) -> None:
    asked = in_order([clause for document in IN_ORDER for clause in clauses_of(document, 1)])
    clauses, branches = asked.get(name, ()), questions(DOCUMENTS)[name].branches
    assert [(b.key, str(b.clause), b.outcome) for b in branches] == [(c.key, c.number, c.outcome) for c in clauses]
    move = Move(name, facts)
    decides = next((n for n, c in enumerate(clauses) if c.fits(facts) and names_its_door(c, move)), None)
    said = decide(move, asked)
    if decides is None:
        assert said.key == "" and all(b.where for b in branches), "a branch without a condition always fits"
    else:
        assert (said.key, said.rule) == (branches[decides].key, clauses[decides].number)
        assert all(b.where for b in branches[:decides]), "above what decides, every branch says where it would fit"
