"""The sixth step and the end: the way that drift came by is found, closed by a checkpoint that was held against what happened, and
two people close the run over planes that were compared."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.checkpoints.freeze_models import FreezeEnd
from reconciliation.corrections.request_reversal import request_reversal
from reconciliation.errors import BadInput, CheckerIsMaker, ForbiddenByPolicy, NotFound, NotPermitted, RequestNotOpen
from reconciliation.recovery.models import EvidenceBundle, EvidencePiece
from reconciliation.recovery.runs.close_corrections import close_corrections
from reconciliation.recovery.runs.closing import drafts_of
from reconciliation.recovery.runs.correcting import at_hand
from reconciliation.recovery.runs.errors import GateClosed, NoRemedy
from reconciliation.recovery.runs.gates import gate_to
from reconciliation.recovery.runs.paths import proposed
from reconciliation.recovery.runs.standing import standing_of
from reconciliation.recovery.runs.tie_draft import tie_draft
from reconciliation.recovery.runs.tie_request import tie_request
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted
from tests.reconciliation.recovery.runs.test_steps import assert_chained

pytestmark = pytest.mark.django_db(transaction=True)
UNTIGHTENED = "The tool that let it through was switched off; no checkpoint sees it."


def gate(shop: Drifted) -> dict[str, bool]:
    with tenant(shop.tenant_id):
        return {c.text: c.met for c in gate_to(6, standing_of(1), LATER)}


def test_the_way_that_drift_came_by_is_found_and_closed(
    shop: Drifted, controller: Actor, second: Actor, author: Actor
) -> None:
    shop.to_the_end(controller, second)
    (path,) = shop.paths()
    assert (path.move, path.door, path.to_state, path.moves) == ("commerce.move_by_hand", "screen", "fulfilled", 2)
    assert path.words == "An order is moved by hand to fulfilled, through a person at the screen"
    draft = shop.draft(path.key, author)
    with tenant(shop.tenant_id):
        (tied,) = drafts_of(standing_of(1).run)
        assert tied.measure is not None
        assert (tied.measure.blocked, tied.measure.moves, tied.holds) == (2, 2, False)
        assert draft.document["clauses"][0]["when"]["to"] == ["fulfilled"]
    assert gate(shop)["no checkpoint that this run drafted is in force"] is False
    shop.put_in_force(draft, author, second)
    assert gate(shop)[f"in force: {draft} would have blocked 2 of 2 moves"] is True


def test_the_stretch_replayed_under_the_new_policy_is_blocked(
    shop: Drifted, controller: Actor, second: Actor, author: Actor
) -> None:
    """The whole of it: frozen to closed, and afterwards the same drift does not come in again."""
    shop.to_the_end(controller, second)
    shop.put_in_force(shop.draft(shop.paths()[0].key, author), author, second)
    shop.compare(controller)
    assert all(gate(shop).values()), gate(shop)
    asked = shop.ask_close(controller)
    assert shop.ask_close(controller).id == asked.id
    with pytest.raises(CheckerIsMaker):
        shop.approve(asked, controller)
    assert shop.approve(asked, second).state == "executed"
    with tenant(shop.tenant_id):
        standing = standing_of(1)
        assert standing.end is not None
        assert (standing.end.how, standing.next_step, FreezeEnd.objects.count()) == ("closed", 7, 1)
        assert standing.said(6)["drafts"][0]["measured"] == {"blocked": 2, "moves": 2}
    assert_chained(shop)
    after = LATER + timedelta(hours=1)
    shop.order("o12")
    shop.order("o14")
    with pytest.raises(ForbiddenByPolicy, match="Not before the provider has confirmed the payment"):
        shop.fulfil("o12", controller, minute=4000)
    shop.receipt("0.0005", "tx14", invoice="inv_14", ref="o14", minute=4001)
    with pytest.raises(ForbiddenByPolicy):
        shop.fulfil("o14", controller, minute=4002)
    with pytest.raises(RequestNotOpen, match="was closed on"):
        shop.ask_stop(controller, after)


def test_the_whole_of_a_closed_run_is_sealed(shop: Drifted, controller: Actor, second: Actor) -> None:
    shop.to_the_end(controller, second)
    shop.compare(controller)
    shop.approve(shop.ask_close(controller, untightened=UNTIGHTENED), second)
    shop.work(LATER + timedelta(minutes=1))
    with tenant(shop.tenant_id):
        bundle = EvidenceBundle.objects.filter(subject="RR-1").latest("id")
        content = b"".join(bytes(p.content) for p in EvidencePiece.objects.filter(bundle=bundle).order_by("position"))
    archive = ZipFile(BytesIO(content))
    files: dict[str, list[dict[str, Any]]] = {
        n: [json.loads(line) for line in archive.read(n).splitlines()]
        for n in archive.namelist()
        if n.endswith(".jsonl")
    }
    assert [s["step"] for s in files["steps.jsonl"]] == [1, 2, 3, 4, 5, 6]
    assert {r["kind"] for r in files["requests.jsonl"]} == {"move_order_for_gap", "accept_gap", "close_recovery"}
    assert {d["request"] for d in files["request_decisions.jsonl"]} == {r["request"] for r in files["requests.jsonl"]}
    assert (len(files["remedies.jsonl"]), len(files["acceptances.jsonl"]), len(files["rechecks.jsonl"])) == (2, 2, 2)
    assert files["comparisons.jsonl"][0]["unexplained"] == 0
    assert files["end.jsonl"][0]["how"] == "closed"
    assert {"recovery.closed", "recovery.tied", "request.decided", "freeze.ended"} <= {
        a["action"] for a in files["audit.jsonl"]
    }


def test_a_run_is_not_closed_before_its_planes_were_compared(shop: Drifted, controller: Actor, second: Actor) -> None:
    shop.to_corrections(controller)
    with pytest.raises(GateClosed, match="step 6 of RR-1 opens after step 5"):
        shop.ask_close(controller)
    shop.settle(controller, second)
    with pytest.raises(BadInput, match="no checkpoint that this run drafted is in force: say why"):
        shop.ask_close(controller)
    with pytest.raises(GateClosed, match="the planes were not compared since"):
        shop.ask_close(controller, untightened=UNTIGHTENED)


def test_what_is_left_between_the_planes_is_explained(
    shop: Drifted, controller: Actor, second: Actor, analyst: Actor
) -> None:
    shop.to_the_end(controller, second)
    shop.order("o9")  # of the period, recorded late: nobody has seen it yet
    shop.compare(controller)
    (left,) = [text for text, met in gate(shop).items() if not met and "compared" in text]
    assert left.endswith("1 difference is left unexplained")
    with pytest.raises(BadInput, match="1 difference is left unexplained: say why"):
        shop.ask_close(controller, untightened=UNTIGHTENED)
    with pytest.raises(NotPermitted):
        shop.ask_close(analyst, untightened=UNTIGHTENED)
    explained = "The shop recorded the order late; it is worked on as a case of its own."
    asked = shop.ask_close(controller, untightened=UNTIGHTENED, explanation=explained)
    with tenant(shop.tenant_id):
        assert standing_of(1).end is None
    shop.compare(controller, LATER + timedelta(minutes=3))
    assert shop.approve(asked, second, LATER + timedelta(minutes=4)).state == "stale", (
        "compared anew since it was asked"
    )
    asked = shop.ask_close(controller, untightened=UNTIGHTENED, explanation=explained, idempotency_key="close again")
    assert shop.approve(asked, second).state == "executed"
    with tenant(shop.tenant_id):
        assert standing_of(1).said(6)["explanation"] == explained


def test_a_draft_is_of_a_path_that_was_found(shop: Drifted, controller: Actor, second: Actor, author: Actor) -> None:
    shop.to_corrections(controller)
    (path,) = shop.paths()
    with tenant(shop.tenant_id), pytest.raises(GateClosed):
        tie_draft(number=1, path=path.key, key="postings", version=1, actor=author, at=LATER)
    shop.settle(controller, second)
    with tenant(shop.tenant_id), pytest.raises(NotFound):
        proposed(1, "0" * 12)
    with pytest.raises(NotPermitted):
        shop.draft(path.key, controller)
    draft = shop.draft(path.key, author)
    with tenant(shop.tenant_id):
        assert draft.document["key"].startswith("rr-1-")
        assert draft.document["precedence"] == 4999, "before every checkpoint that ships"


def test_a_posting_from_an_export_is_reversed_for_its_gap_and_its_way_is_closed(
    shop: Drifted, controller: Actor, second: Actor, author: Actor
) -> None:
    """Unpaid, posted and fulfilled all the same: the gap is gone once the order is refunded and book and
    provider agree."""
    posted = shop.post_from_export("o2")
    shop.match(minute=2870)
    shop.to_corrections(controller)
    unpaid, early = shop.gap("o2", "unpaid"), shop.gap("o2", "fulfilled_early")
    with tenant(shop.tenant_id):
        asked = request_reversal(
            transaction=posted,
            reason_code="POSTED_IN_ERROR",
            note="No provider has told of it.",
            idempotency_key="r1",
            actor=controller,
            at=LATER,
        )
        assert [o.number for o in at_hand(standing_of(1).run, unpaid).offers] == [asked.number]
        for gap in (unpaid, early):
            tie_request(number=1, gap=gap, request=asked.number, actor=controller, at=LATER)
    with tenant(shop.tenant_id), pytest.raises(NoRemedy):
        tie_request(number=1, gap=shop.gap("o3", "under"), request=asked.number, actor=controller, at=LATER)
    shop.approve(asked, second)
    moved = shop.ask_move(unpaid, "o2", controller)
    shop.approve(moved, second)
    assert shop.recheck(controller) == (2, 0)
    with tenant(shop.tenant_id):
        assert "between provider and ledger is open" in at_hand(standing_of(1).run, unpaid).gap.says
    shop.match(minute=2900)
    assert shop.recheck(controller, LATER + timedelta(hours=1)) == (2, 2)
    for ref, kind in (("o3", "under"), ("o4", "fulfilled_early")):
        shop.approve(shop.ask_acceptance(shop.gap(ref, kind), controller), second)
    with tenant(shop.tenant_id):
        close_corrections(number=1, actor=controller, at=LATER)
    by_move = {path.move: path for path in shop.paths()}
    path = by_move["posting.post"]
    assert (path.use_case, path.door, path.moves) == ("deposit", "api", 1)
    draft = shop.draft(path.key, author)
    with tenant(shop.tenant_id):
        (tied,) = drafts_of(standing_of(1).run)
        assert tied.measure is not None
        assert (tied.measure.blocked, tied.measure.moves) == (1, 3), (
            "of the three moves that the gaps came by, this way"
        )
    shop.put_in_force(draft, author, second)
    shop.order("o20")
    with pytest.raises(ForbiddenByPolicy, match="Not before the provider has confirmed"):
        shop.post_from_export("o20", minute=4000)
