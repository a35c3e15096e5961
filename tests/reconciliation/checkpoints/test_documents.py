"""A document that its schema or the vocabulary refuses is refused with the place."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.documents import clauses_of, digest_of, require_document
from reconciliation.errors import BadInput
from tests.checkpoints import checkpoint

pytestmark = pytest.mark.quick
CLAUSE: dict[str, Any] = {
    "moves": ["posting.post"], "when": {"use_case": ["deposit"]}, "amounts": {"BTC": {"from": "1", "below": "9"}},
    "outcome": "forbidden", "reason": "a posting waits for its provider",
}  # fmt: skip
APPROVAL: dict[str, Any] = {
    "moves": ["correction.reverse"], "outcome": "approval", "reason": "two people look at it",
    "approval": {"roles": ["controller"], "quorum": 1, "bands": {"ETB": [{"from": "5", "quorum": 2}]}},
}  # fmt: skip


def test_what_ships_and_what_is_well_made_stands() -> None:
    assert len(baseline()) == 10
    whole = require_document(checkpoint(CLAUSE, APPROVAL))
    first, second = clauses_of(whole, 4)
    assert (first.number, first.version, first.when, first.amounts) == (
        "1",
        4,
        {"use_case": {"deposit"}},
        {"BTC": (1, 9)},
    )
    assert (second.number, second.bands, second.roles) == ("2", {"ETB": ((5, 2),)}, {"controller"})


@pytest.mark.parametrize(
    ("clause", "place", "words"),
    [
        (CLAUSE | {"moves": ["posting.imagine"]}, "clauses[0].moves", "no move"),
        (CLAUSE | {"moves": []}, "clauses[0].moves", "non-empty"),
        (CLAUSE | {"when": {"exception_class": ["x"]}}, "clauses[0].when", "carries no exception_class"),
        (CLAUSE | {"when": {"use_case": []}}, "clauses[0].when.use_case", "non-empty"),
        (CLAUSE | {"amounts": {"BTC": {"from": "9", "below": "9"}}}, "clauses[0].amounts.BTC", "ends above"),
        (CLAUSE | {"amounts": {"BTC": {"from": "1.5"}}}, "clauses[0].amounts.BTC.from", "minor units"),
        (CLAUSE | {"amounts": {"BTC": {"from": 1}}}, "clauses[0].amounts.BTC.from", "minor units"),
        (CLAUSE | {"outcome": "maybe"}, "clauses[0].outcome", "is not one of"),
        (CLAUSE | {"outcome": "approval"}, "clauses[0].approval", "who approves"),
        ({"moves": ["setting.terms"], "outcome": "automatic", "reason": "nobody looks at it"}, "clauses[0].outcome",
         "needs approval or is forbidden"),
        (APPROVAL | {"moves": ["commerce.move"], "approval": {"roles": ["controller"], "quorum": 1}}, "clauses[0].outcome",
         "allowed or forbidden"),
        (CLAUSE | {"never": ["sleep"]}, "clauses[0].never", "may not skip"),
        (CLAUSE | {"requires": ["ticket"]}, "clauses[0].requires", "gives no ticket"),
        (CLAUSE | {"surprise": 1}, "clauses[0]", "surprise"),
        (CLAUSE | {"moves": ["provider.move"], "when": {}, "amounts": None}, "clauses[0].amounts", "type"),
        ({"moves": ["provider.move"], "outcome": "forbidden", "reason": "a webhook is ignored"}, "clauses[0].outcome",
         "states what is"),
        (APPROVAL | {"approval": {"roles": ["support"], "quorum": 1}}, "clauses[0].approval.roles[0]", "is not one of"),
        (APPROVAL | {"approval": {"roles": ["controller"], "quorum": 2, "bands": {"ETB": [{"from": "5", "quorum": 2}]}}},
         "clauses[0].approval.bands.ETB", "higher bands"),
    ],
)  # fmt: skip
def test_a_clause_that_cannot_be_is_refused_with_its_place(clause: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        require_document(checkpoint(clause))
    assert refused.value.where == place


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(key="No Key"), lambda d: d.update(precedence=0), lambda d: d.update(title="x\ny"),
        lambda d: d.pop("owner"), lambda d: d.update(schema="plumbline/checkpoint/2"), lambda d: d.update(clauses=[]),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_is_refused(spoil: Callable[[dict[str, Any]], Any]) -> None:
    document = checkpoint(CLAUSE)
    spoil(document)
    with pytest.raises(BadInput):
        require_document(document)


@pytest.mark.parametrize("given", [None, [], "text", 7])
def test_what_is_no_document_is_refused(given: object) -> None:
    with pytest.raises(BadInput):
        require_document(given)


def test_a_digest_is_of_the_content() -> None:
    document = checkpoint(CLAUSE)
    turned = dict(reversed(list(document.items())))
    assert digest_of(document) == digest_of(turned) != digest_of(checkpoint(APPROVAL))
