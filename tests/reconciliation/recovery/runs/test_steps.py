"""A recovery run from its opening to the classes: each step once, behind its gate, chained to the one before."""

import hashlib
import json
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.freeze_models import FreezeEnd, FreezeWindow
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput, CheckerIsMaker, Frozen, NotFound, NotPermitted, RequestNotOpen
from reconciliation.matching.models import PlaneLeg, PlaneMatch
from reconciliation.outbox_models import OutboxItem
from reconciliation.provider.models import Event
from reconciliation.recovery.models import EvidenceBundle, EvidencePiece
from reconciliation.recovery.runs import export_log as exporting
from reconciliation.recovery.runs.ask_evidence import ask_evidence
from reconciliation.recovery.runs.ask_export import ask_export
from reconciliation.recovery.runs.ask_rerun import ask_rerun
from reconciliation.recovery.runs.close_classes import close_classes
from reconciliation.recovery.runs.errors import GateClosed, ScopeTaken
from reconciliation.recovery.runs.gates import gate_to, refused_attempts
from reconciliation.recovery.runs.models import RecoveryClass, RecoveryEnd, RecoveryGap, RecoveryRun, RecoveryStep
from reconciliation.recovery.runs.planned import planned, runners
from reconciliation.recovery.runs.replan_run import replan_run
from reconciliation.recovery.runs.scope import read_scope
from reconciliation.recovery.runs.standing import standing_of
from reconciliation.refused_attempts import record_attempt
from reconciliation.work_off import work_off
from tests.reconciliation.recovery.runs.drifted import LATER, WHY, Drifted

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_run_stands_open_over_what_scopes_share(shop: Drifted, controller: Actor) -> None:
    run = shop.open(controller)
    assert (str(run), run.owner, run.planes) == ("RR-1", "Cora Controller", ["commerce", "provider"])
    assert shop.open(controller).id == run.id, "the same form, sent twice"
    with pytest.raises(KeyReusedForAnotherPayload):
        shop.open(controller, title="Other words")
    with pytest.raises(ScopeTaken, match="RR-1 stands open over the same scope"):
        shop.open(controller, scope=read_scope(date(2026, 3, 15), date(2026, 3, 22)), key="k2")
    assert str(shop.open(controller, scope=read_scope(date(2026, 3, 19), date(2026, 3, 20)), key="k3")) == "RR-2"
    shop.withdraw(controller)
    assert str(shop.open(controller, key="k4")) == "RR-3"


def test_what_is_no_scope_is_refused(shop: Drifted, controller: Actor, analyst: Actor) -> None:
    with pytest.raises(BadInput, match="ends after it begins"):
        read_scope(date(2026, 3, 20), date(2026, 3, 20))
    with pytest.raises(BadInput, match="no plane"):
        read_scope(date(2026, 3, 20), date(2026, 3, 21), planes=["sales"])
    with pytest.raises(BadInput, match="days that have ended"):
        shop.open(controller, scope=read_scope(date(2026, 3, 20), date(2026, 3, 25)))
    with pytest.raises(BadInput, match="no account at a provider"):
        shop.open(controller, scope=read_scope(date(2026, 3, 20), date(2026, 3, 21), accounts=["nobody's"]))
    with pytest.raises(BadInput):
        shop.open(controller, freeze_until=LATER)
    with pytest.raises(NotPermitted):
        shop.open(analyst)


def test_the_freeze_binds_everybody_and_names_the_run(shop: Drifted, controller: Actor, admin: Actor) -> None:
    shop.open(controller)
    shop.order("o9")
    shop.freeze(controller)
    shop.freeze(controller)
    with tenant(shop.tenant_id):
        window = FreezeWindow.objects.get()
        assert (window.kind, window.subject, window.accounts) == ("recovery", "RR-1", None)
        assert window.moves == ["commerce.move_by_hand", "policy.override", "posting.repost"]
        far = LATER + timedelta(days=30)  # the planned end is long past
        for name in window.moves:
            assert "by recovery RR-1 since" in ask(Move(name, {"door": "api", "role": ["policy_admin"]}), far).reason
        assert not ask(Move("correction.reverse", {"account": ["btc"]}), far).frozen, "corrections by request go on"
    with pytest.raises(Frozen, match="Moves by hand are frozen by recovery RR-1") as refused:
        shop.fulfil("o9", controller, minute=4000)
    with tenant(shop.tenant_id):
        record_attempt(refused.value, "move_order", actor=controller, at=LATER)
        assert refused_attempts(window.number, window.opened_at) == 1


def test_from_freeze_to_classes(shop: Drifted, controller: Actor, analyst: Actor) -> None:
    shop.open(controller)
    with tenant(shop.tenant_id), pytest.raises(GateClosed, match="opens after step 1"):
        ask_export(number=1, actor=controller, at=LATER)
    shop.freeze(controller)
    with tenant(shop.tenant_id), pytest.raises(GateClosed, match="opens after step 2"):
        ask_rerun(number=1, actor=controller, at=LATER)
    shop.export(controller)
    before = rows(shop)
    shop.rerun(controller)
    assert rows(shop) == before, "no match, no case and no event comes of it"
    assert {(g.order_ref, g.kind, g.suggested_class, int(g.value_minor)) for g in shop.gaps()} == {
        ("o2", "unpaid", "illegal_transition", -50_000), ("o2", "fulfilled_early", "illegal_transition", 0),
        ("o3", "under", "amount_mismatch", -10_000), ("o4", "fulfilled_early", "illegal_transition", 0),
    }  # fmt: skip
    gaps = shop.gaps()
    with tenant(shop.tenant_id), pytest.raises(GateClosed, match="4 gaps have no class yet"):
        close_classes(number=1, actor=controller, at=LATER)
    for gap in gaps:
        shop.classify(gap.number, gap.suggested_class, analyst)
    unpaid = next(g for g in gaps if g.kind == "unpaid")
    shop.classify(unpaid.number, "missing_counterpart", controller, key="c2")
    with tenant(shop.tenant_id):
        made = close_classes(number=1, actor=controller, at=LATER)
        assert close_classes(number=1, actor=controller, at=LATER).done_at == made.done_at
        said = made.said
        assert (said["gaps"], said["decisions"], said["people"]) == (4, 5, 2)
        assert said["by_class"] == {"missing_counterpart": 1, "illegal_transition": 2, "amount_mismatch": 1}
    with pytest.raises(GateClosed, match="not edited"):
        shop.classify(gaps[0].number, "timing_skew", controller, key="c3")
    assert_chained(shop)


def rows(shop: Drifted) -> list[int]:
    with tenant(shop.tenant_id):
        return [m.objects.count() for m in (PlaneMatch, PlaneLeg, ExceptionCase, Event, LedgerTransaction)]


def assert_chained(shop: Drifted) -> None:
    """Anybody can follow the chain with the documents alone."""
    with tenant(shop.tenant_id):
        run = RecoveryRun.objects.get()
        digest = hashlib.sha256(run.document.encode()).digest()
        assert digest == bytes(run.sha256)
        for step in RecoveryStep.objects.order_by("step"):
            assert bytes(step.previous) == digest
            digest = hashlib.sha256(digest + step.document.encode()).digest()
            assert digest == bytes(step.sha256)
            told = AuditEntry.objects.get(action="recovery.step_done", detail__step=step.step)
            assert told.detail["sha256"] == digest.hex()


def test_the_export_is_the_log_of_the_period_and_its_proof(shop: Drifted, controller: Actor) -> None:
    shop.to_classes(controller)
    with tenant(shop.tenant_id):
        bundle = EvidenceBundle.objects.get(subject="RR-1")
        content = b"".join(bytes(p.content) for p in EvidencePiece.objects.filter(bundle=bundle).order_by("position"))
        events = Event.objects.count()
        said = standing_of(1).said(2)
    files = {n: [json.loads(line) for line in ZipFile(BytesIO(content)).read(n).splitlines()]
             for n in ZipFile(BytesIO(content)).namelist() if n.endswith(".jsonl")}  # fmt: skip
    assert said["events"] == events == len(files["provider_events.jsonl"]) == 6
    assert {o["order_ref"] for o in files["orders.jsonl"]} == {"o1", "o2", "o3", "o4"}
    assert all(d["body_sha256"] and "body" not in d for d in files["deliveries.jsonl"])
    assert {"recovery.opened", "freeze.opened"} <= {a["action"] for a in files["audit.jsonl"]}
    assert files["audit_blocks.jsonl"] and files["audit_proof.jsonl"]
    assert said["bundle_sha256"] == bytes(bundle.sha256).hex()


def test_run_again_it_finds_the_very_same_and_writes_nothing(shop: Drifted, controller: Actor) -> None:
    shop.to_classes(controller)
    before, known = rows(shop), [(g.number, bytes(g.fingerprint)) for g in shop.gaps()]
    with tenant(shop.tenant_id):
        digest = standing_of(1).said(3)["digest"]
    shop.receipt("0.0001", "tx33", invoice="inv_3", ref="o3", minute=3000)  # the missing part comes after the export
    after_it = rows(shop)
    assert after_it != before
    shop.rerun(controller, at=LATER + timedelta(days=3))
    assert rows(shop) == after_it
    assert [(g.number, bytes(g.fingerprint)) for g in shop.gaps()] == known
    with tenant(shop.tenant_id):
        told = AuditEntry.objects.get(action="recovery.rerun_again")
        assert (told.detail["digest"], told.detail["new_gaps"], told.why) == (digest, 0, "the same")


def test_the_log_is_held_against_the_export(shop: Drifted, controller: Actor) -> None:
    shop.open(controller)
    shop.freeze(controller)
    shop.export(controller)
    with tenant(shop.tenant_id):
        assert all(c.met for c in gate_to(3, standing_of(1), LATER))
    shop.receipt(
        "0.0001", "tx5", invoice="inv_3", ref="o3", minute=40
    )  # logged before the export's instant, after it ran
    with tenant(shop.tenant_id):
        assert [c.text for c in gate_to(3, standing_of(1), LATER) if not c.met] == [
            "the log of the period differs from the export: 7 events, 6 were exported"
        ]
        with pytest.raises(GateClosed, match="differs from the export"):
            ask_rerun(number=1, actor=controller, at=LATER)


def test_nobody_lifts_a_freeze_alone(shop: Drifted, controller: Actor, second: Actor, analyst: Actor) -> None:
    shop.to_classes(controller)
    with pytest.raises(BadInput):
        shop.ask_stop(controller, reason="enough")
    with pytest.raises(NotPermitted):
        shop.ask_stop(analyst)
    with pytest.raises(GateClosed, match="a second person decides"):
        shop.withdraw(controller)
    asked = shop.ask_stop(controller)
    assert shop.ask_stop(controller).id == asked.id, "the same form, sent twice"
    with pytest.raises(CheckerIsMaker):
        shop.approve(asked, controller)
    with tenant(shop.tenant_id):
        assert ask(Move("commerce.move_by_hand", {}), LATER).frozen, "it holds until it is decided"
        assert not FreezeEnd.objects.exists()
    assert shop.approve(asked, second).state == "executed"
    with tenant(shop.tenant_id):
        assert FreezeEnd.objects.get().why == "RR-1 is stopped"
        assert not ask(Move("commerce.move_by_hand", {}), LATER).frozen
        told = AuditEntry.objects.get(action="recovery.stopped")
        assert (told.detail["before_step"], told.detail["asked_by"]) == (4, controller.name)
    with pytest.raises(RequestNotOpen, match="RR-1 was stopped"):
        shop.ask_stop(controller, key="again")
    with pytest.raises(RequestNotOpen):
        shop.classify(1, "timing_skew", controller)


def test_a_stop_is_of_the_run_as_it_stood(shop: Drifted, controller: Actor, second: Actor) -> None:
    shop.open(controller)
    with pytest.raises(GateClosed, match="whoever runs it withdraws it"):
        shop.ask_stop(controller)
    shop.freeze(controller)
    asked = shop.ask_stop(controller)
    shop.export(controller)
    assert shop.approve(asked, second).state == "stale", "a step was done since it was asked for"
    with tenant(shop.tenant_id):
        assert not FreezeEnd.objects.exists()


def test_a_run_that_froze_nothing_is_withdrawn_by_one(shop: Drifted, controller: Actor) -> None:
    shop.open(controller)
    shop.withdraw(controller)
    with tenant(shop.tenant_id):
        end = RecoveryEnd.objects.get()
        assert (end.how, end.reason) == ("withdrawn", WHY)
        assert AuditEntry.objects.get(action="recovery.withdrawn").why == WHY
    with pytest.raises(RequestNotOpen, match="RR-1 was withdrawn"):
        shop.freeze(controller)


def test_a_class_is_one_of_ten_of_a_gap_of_this_run(shop: Drifted, controller: Actor, support: Actor) -> None:
    shop.to_classes(controller)
    with pytest.raises(BadInput, match="there is no other"):
        shop.classify(1, "other", controller)
    with pytest.raises(NotFound):
        shop.classify(99, "timing_skew", controller)
    with pytest.raises(NotPermitted):
        shop.classify(1, "timing_skew", support)
    shop.classify(1, "timing_skew", controller)
    shop.classify(1, "timing_skew", controller)
    with pytest.raises(KeyReusedForAnotherPayload):
        shop.classify(1, "policy_hold", controller)
    with tenant(shop.tenant_id):
        assert RecoveryClass.objects.count() == 1


def test_a_worker_that_dies_leaves_the_step_to_the_next(shop: Drifted, controller: Actor, monkeypatch: Any) -> None:
    """The export stores its bundle and its step together or not at all; asked again it is one step."""
    shop.open(controller)
    shop.freeze(controller)

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("the worker died")

    with tenant(shop.tenant_id):
        assert ask_export(number=1, actor=controller, at=LATER)
        assert not ask_export(number=1, actor=controller, at=LATER), "it waits already"
        item = OutboxItem.objects.get(kind="recovery_export")
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "store_step", dies)
        assert not work_off(shop.tenant_id, item.id, at=LATER)
    with tenant(shop.tenant_id):
        assert not EvidenceBundle.objects.exists()
        assert standing_of(1).next_step == 2
    later = LATER + timedelta(hours=1)
    assert work_off(shop.tenant_id, item.id, at=later)
    assert not work_off(shop.tenant_id, item.id, at=later), "done once"
    with tenant(shop.tenant_id):
        assert (EvidenceBundle.objects.count(), standing_of(1).next_step) == (1, 3)
        assert standing_of(1).said(2)["as_of"].startswith(LATER.isoformat()[:19]), "as of the asking, however late"


def test_a_narrower_scope_holds_its_own_alone(shop: Drifted, controller: Actor) -> None:
    shop.open(controller, scope=read_scope(date(2026, 3, 20), date(2026, 3, 21), payments=["p-o2"]))
    shop.freeze(controller)
    shop.export(controller)
    shop.rerun(controller)
    assert {g.order_ref for g in shop.gaps()} == {"o2"}
    with tenant(shop.tenant_id):
        assert RecoveryGap.objects.count() == 2


def test_the_log_of_payments_that_are_named_by_our_ids_is_that_of_their_providers(
    shop: Drifted, controller: Actor
) -> None:
    """An invoice has a name of its own at its provider: an empty log would equal itself for ever."""
    shop.open(controller, scope=read_scope(date(2026, 3, 20), date(2026, 3, 21), payments=["p-o3", "p-o4"]))
    shop.freeze(controller)
    shop.export(controller)
    with tenant(shop.tenant_id):
        told = Event.objects.filter(payment_ref__in=["inv_3", "inv_4"])
        said = standing_of(1).said(2)
        assert said["events"] == told.count() == said["rows"]["provider_events.jsonl"] > 0
        assert said["log_sha256"] != hashlib.sha256(b"").hexdigest()
    after = LATER + timedelta(minutes=1)
    with tenant(shop.tenant_id):
        assert {c.text: c.met for c in gate_to(3, standing_of(1), after)}["the export's digest still equals the log"]


def test_a_payment_that_no_plane_knows_is_refused_by_name(shop: Drifted, controller: Actor) -> None:
    scope = read_scope(date(2026, 3, 20), date(2026, 3, 21), payments=["p-o3", "p-nobody"])
    with pytest.raises(BadInput, match="no plane knows a payment 'p-nobody'") as refused:
        shop.open(controller, scope=scope)
    assert refused.value.where == "payments"
    with tenant(shop.tenant_id):
        assert not RecoveryRun.objects.exists(), "nothing is half-stored"


def test_the_evidence_so_far_holds_gaps_and_classes(shop: Drifted, controller: Actor, analyst: Actor) -> None:
    shop.open(controller)
    shop.freeze(controller)
    with tenant(shop.tenant_id), pytest.raises(GateClosed, match="begins with it"):
        ask_evidence(number=1, actor=controller, at=LATER)
    shop.export(controller)
    shop.rerun(controller)
    shop.classify(2, "policy_hold", analyst)
    later = LATER + timedelta(minutes=9)
    with tenant(shop.tenant_id):
        with pytest.raises(NotPermitted):
            ask_evidence(number=1, actor=analyst, at=later)
        assert ask_evidence(number=1, actor=controller, at=later)
        assert not ask_evidence(number=1, actor=controller, at=later), "a worker has it"
    shop.work(later + timedelta(minutes=1))
    with tenant(shop.tenant_id):
        files = {f["name"]: f["rows"] for f in EvidenceBundle.objects.latest("id").manifest["files"]}
    assert (files["gaps.jsonl"], files["classes.jsonl"], files["steps.jsonl"]) == (4, 1, 3)


def test_a_run_is_planned_anew_with_a_reason(
    shop: Drifted, controller: Actor, admin: Actor, analyst: Actor, second: Actor
) -> None:
    run = shop.open(controller)
    later, owner = LATER + timedelta(days=8), second.person_id or 0
    said: dict[str, Any] = {
        "number": 1,
        "freeze_until": later,
        "owner": owner,
        "reason": WHY,
        "actor": controller,
        "at": LATER,
    }
    with tenant(shop.tenant_id):
        assert [name for _, name in runners()] == ["Cora Controller", "Sela Second"]
        with pytest.raises(NotPermitted):
            replan_run(**said | {"actor": analyst})
        with pytest.raises(BadInput, match="owned by a controller or an operator"):
            replan_run(**said | {"owner": analyst.person_id})
        with pytest.raises(BadInput, match="lies ahead"):
            replan_run(**said | {"freeze_until": LATER - timedelta(days=1)})
        with pytest.raises(BadInput):
            replan_run(**said | {"reason": "longer"})
        assert replan_run(**said) is not None
        assert replan_run(**said) is None, "it is planned so already"
        now = planned([run])[run.id]
        assert (now.freeze_until, now.owner, now.why) == (later, "Sela Second", WHY)
        told = AuditEntry.objects.get(action="recovery.planned")
        assert (told.detail["owner_was"], told.detail["owner"]) == ("Cora Controller", "Sela Second")
    shop.withdraw(controller)
    with tenant(shop.tenant_id), pytest.raises(RequestNotOpen):
        replan_run(**said | {"owner": controller.person_id})
