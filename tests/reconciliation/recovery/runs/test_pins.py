"""A run is bound to the matcher's terms of its period: changed since, it is refused by the name of what changed."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.matching.asked_matcher import asked_matcher
from reconciliation.matching.versions import append_version
from reconciliation.recovery.runs.ask_rerun import ask_rerun
from reconciliation.recovery.runs.errors import TermsChanged
from reconciliation.recovery.runs.pins import PAIR, digest, pinned, terms_of
from reconciliation.recovery.runs.rerun_matcher import rerun_matcher
from tests.people import SET_UP
from tests.reconciliation.planes.shop import JOB, NOON
from tests.reconciliation.recovery.runs.drifted import LATER, SCOPE, Drifted

pytestmark = pytest.mark.django_db(transaction=True)
USUAL = {"hours": {"pay": 24, "confirm": 6, "parts": 24, "gap": 2}, "tolerance": {}, "underpaid_up_to": {}}


def set_terms(shop: Drifted, at: Any, **terms: Any) -> None:
    with tenant(shop.tenant_id):
        decided = record_decision(
            Move("setting.matcher", {"plane_pair": PAIR, "door": "command", "role": ["operator"]}),
            at=at,
            subjects=["x"],
        )
        columns = asked_matcher(PAIR, USUAL | terms).columns
        append_version(PAIR, decision_id=decided.id, policy_version="x", actor=SET_UP, at=at, **columns)


def test_the_terms_of_the_period_judge_it_whatever_came_later(shop: Drifted, controller: Actor) -> None:
    set_terms(shop, NOON - timedelta(days=9), tolerance={"BTC": "10000"})
    set_terms(shop, LATER - timedelta(hours=1), tolerance={"BTC": "1"})
    shop.to_classes(controller)
    assert "o3" not in {g.order_ref for g in shop.gaps()}, "10,000 short was within the tolerance of those days"
    with tenant(shop.tenant_id):
        pins = pinned(*SCOPE.instants, LATER)
    assert [p["number"] for p in pins["in_period"]] == [1]
    assert pins["at_opening"]["number"] == 2


def test_a_version_set_within_the_period_judges_what_began_after_it(shop: Drifted) -> None:
    set_terms(shop, NOON - timedelta(days=9), tolerance={"BTC": "5"})
    set_terms(shop, NOON, tolerance={"BTC": "7"})
    with tenant(shop.tenant_id):
        pins = pinned(*SCOPE.instants, LATER)
    assert [p["number"] for p in pins["in_period"]] == [1, 2]
    assert terms_of(pins, NOON - timedelta(minutes=1), LATER).tolerance == {"BTC": 5}
    assert terms_of(pins, NOON, LATER).tolerance == {"BTC": 7}


def test_with_a_changed_tolerance_it_is_refused_and_says_which(shop: Drifted, controller: Actor) -> None:
    set_terms(shop, NOON - timedelta(days=9), tolerance={"BTC": "5"})
    shop.open(controller)
    shop.freeze(controller)
    shop.export(controller)
    with tenant(shop.tenant_id):
        assert ask_rerun(number=1, actor=controller, at=LATER)
    set_terms(shop, LATER, tolerance={"BTC": "50000"})
    words = r"tolerance of BTC was 5 in v1 and is 50000 in v2"
    with tenant(shop.tenant_id), pytest.raises(TermsChanged, match=words):
        ask_rerun(number=1, actor=controller, at=LATER)
    with tenant(shop.tenant_id), pytest.raises(TermsChanged, match=words):  # asked for before, worked off after
        rerun_matcher(number=1, asked_by="x", actor=JOB, at=LATER)
    assert shop.gaps() == []
    set_terms(shop, LATER, tolerance={"BTC": "5"})
    shop.work(LATER)
    assert len(shop.gaps()) == 4, "the same terms stated again are the same terms"


def test_a_version_put_into_the_past_is_found(shop: Drifted, controller: Actor) -> None:
    set_terms(shop, NOON - timedelta(days=9))
    shop.to_classes(controller)
    set_terms(shop, NOON + timedelta(minutes=3))
    with tenant(shop.tenant_id), pytest.raises(TermsChanged, match="in the period stood v1 and now v1, v2"):
        ask_rerun(number=1, actor=controller, at=LATER)


@pytest.mark.quick
@pytest.mark.parametrize("what", ["tolerance", "underpaid_up_to", "hours"])
def test_every_term_is_in_the_digest(what: str) -> None:
    stated = {"version_id": 1, "number": 1, "active_from": None, "terms": USUAL}
    other = stated | {"terms": USUAL | {what: {"pay": 9} if what == "hours" else {"BTC": "9"}}}
    same = digest({"in_period": [stated], "at_opening": stated})
    assert same == digest({"in_period": [stated | {"version_id": 2}], "at_opening": stated | {"number": 3}})
    assert same != digest({"in_period": [other], "at_opening": stated})
    assert same != digest({"in_period": [stated], "at_opening": other})
