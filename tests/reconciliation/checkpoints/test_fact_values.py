"""What facts can be, held against the homes of each list; and what is in none, refused with the list."""

import re
from pathlib import Path
from typing import Any

import pytest

import reconciliation.cases
from ledger.actors import Actor
from ledger.assets import EXPONENTS
from reconciliation.approvals.access_kind import CHANGES
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.acting import door_of
from reconciliation.checkpoints.documents import clauses_of, require_document
from reconciliation.checkpoints.fact_values import CLOSED, values_of
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.commerce import rules as commerce
from reconciliation.corrections.reason_codes import WORDS
from reconciliation.errors import BadInput
from reconciliation.matching.asked_matcher import ALL_PAIRS
from reconciliation.people.models import Membership
from reconciliation.provider import moves as provider
from reconciliation.provider.state_fact import UNKNOWN
from reconciliation.recovery.root_causes import ROOT_CAUSES
from reconciliation.recovery.runs.standing import STEPS
from tests.checkpoints import checkpoint

pytestmark = pytest.mark.quick
OPEN = {"use_case", "account", "rail", "bank_code", "name"}
COUNTED = {"amount", "matched"}  # selected by bands and by matchers, never by a list of values
STOP = {"moves": ["posting.post"], "outcome": "forbidden", "reason": "Nothing before that."}


def test_each_list_is_that_of_its_home() -> None:
    states = {s for step in provider.MOVES.items() for s in (step[0][0], step[1])} | {UNKNOWN}
    cases = (Path(reconciliation.cases.__file__).parent / "sql" / "cases.sql").read_text()
    between = re.search(r"case_plane_pair_is_known CHECK \(plane_pair IN \(([^)]*)\)", cases)
    assert between
    homes: dict[str, Any] = {
        "provider_state": states, "role": {*Membership.Role.values, "integration", "job"}, "asset": EXPONENTS,
        "plane_pair": ALL_PAIRS, "exception_class": CLASSES, "reason_code": WORDS, "root_cause": ROOT_CAUSES, "change": CHANGES,
        "step": [str(n) for n in STEPS], "on": ("account", "policy"), "flow": ("in", "out"), "looser": ("yes", "no"),
        "door": {door_of(Actor(kind, "x", frozenset(), token=token)) for kind, token in (
            ("person", ""), ("person", "own"), ("token", ""), ("job", ""), ("operator", ""))},
    }  # fmt: skip
    assert homes.keys() == CLOSED.keys()
    for fact, home in homes.items():
        assert set(CLOSED[fact]) == set(home), fact
    assert set(values_of("plane_pair", ["case.open"])) == set(re.findall(r"'([a-z-]+)'", between[1]))


def test_every_fact_is_closed_or_said_to_be_open() -> None:
    facts = {fact for t in VOCABULARY.values() for fact in t.facts}
    assert facts == CLOSED.keys() | OPEN | COUNTED | {"from", "to"}


def test_from_and_to_are_the_states_of_the_plane_that_moves() -> None:
    assert set(values_of("from", ["commerce.move_by_hand"])) == set(commerce.STATES)
    assert set(values_of("to", ["provider.move"])) == {"pending", "paid", "confirmed", "expired", "failed"}
    assert values_of("from", ["posting.post"]) == ()


@pytest.mark.parametrize(
    ("move", "fact", "value", "instead"),
    [
        ("posting.post", "provider_state", "not Confirmed", "pending, paid, confirmed, expired, failed, unknown"),
        ("posting.post", "provider_state", "Paid", "pending, paid"),
        ("posting.post", "door", "window", "screen, personal token, api, rule, command"),
        ("posting.post", "role", "boss", "analyst, controller"),
        ("posting.post", "asset", "XYZ", "BTC"),
        ("commerce.move", "to", "confirmed", "open, fulfilled, disputed, refunded"),
        ("case.resolve", "exception_class", "x", "amount_mismatch"),
        ("case.resolve", "plane_pair", "bank", "provider-log"),
        ("matcher.settle", "plane_pair", "provider-log", "ledger-bank"),
        ("correction.reverse", "reason_code", "BECAUSE", "BANK_REJECTED"),
        ("correction.book", "flow", "sideways", "in, out"),
        ("policy.activate", "looser", "True", "yes, no"),
        ("recovery.stop", "step", "7", "1, 2, 3"),
        ("incident.release", "root_cause", "weather", "bank_error"),
        ("setting.access", "change", "grant", "restrict, open, give, take"),
        ("setting.access", "on", "person", "account, policy"),
    ],
)
def test_a_value_that_no_move_carries_is_refused_with_those_that_are(
    move: str, fact: str, value: str, instead: str
) -> None:
    outcome = {"outcome": "automatic"} if VOCABULARY[move].observed else {}
    clause = {**STOP, "moves": [move], **outcome, "when": {fact: [value]}}
    with pytest.raises(BadInput, match=instead) as refused:
        require_document(checkpoint(clause))
    assert (refused.value.where, value in str(refused.value)) == (f"clauses[0].when.{fact}", True)
    for allowed in values_of(fact, [move]):
        require_document(checkpoint(clause | {"when": {fact: [allowed]}}))


def test_an_amount_is_of_an_asset_that_there_is() -> None:
    with pytest.raises(BadInput, match="no asset"):
        require_document(checkpoint(STOP | {"amounts": {"XYZ": {"from": "1"}}}))


@pytest.mark.parametrize(
    ("move", "fact", "carried", "said"),
    [("policy.activate", "looser", True, "yes"), ("policy.activate", "looser", False, "no"),
     ("recovery.stop", "step", 4, "4")],
)  # fmt: skip
def test_truths_and_numbers_fit_the_words_for_them(move: str, fact: str, carried: object, said: str) -> None:
    document = require_document(checkpoint(STOP | {"moves": [move], "when": {fact: [said]}}))
    (clause,) = clauses_of(document, 1)
    assert clause.fits({fact: carried})
    assert not any(clause.fits({fact: other}) for other in (None, "", not carried, 7))
