"""A shop in which drift happened: an order paid as it should be, one that nobody paid and support fulfilled by hand, one underpaid,
one paid and fulfilled before the provider confirmed."""

from datetime import date, datetime, timedelta
from typing import Any

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made, as_made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.step_up import StepUp
from reconciliation.backtest.backtest_pages import newest_backtest
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.move_order import move_order
from reconciliation.outbox import due_items
from reconciliation.outbox_models import OutboxItem
from reconciliation.policies.request_activation import request_activation
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.recovery.runs.ask_comparison import ask_comparison
from reconciliation.recovery.runs.ask_export import ask_export
from reconciliation.recovery.runs.ask_rerun import ask_rerun
from reconciliation.recovery.runs.close_classes import close_classes
from reconciliation.recovery.runs.close_corrections import close_corrections
from reconciliation.recovery.runs.correcting import at_hand
from reconciliation.recovery.runs.freeze_tools import freeze_tools
from reconciliation.recovery.runs.models import RecoveryGap, RecoveryRun
from reconciliation.recovery.runs.open_run import open_run
from reconciliation.recovery.runs.paths import paths_of, proposed
from reconciliation.recovery.runs.recheck_gaps import recheck_gaps
from reconciliation.recovery.runs.request_acceptance import request_acceptance
from reconciliation.recovery.runs.request_close import request_close
from reconciliation.recovery.runs.request_gap_move import request_gap_move
from reconciliation.recovery.runs.request_stop import request_stop
from reconciliation.recovery.runs.scope import RunScope, read_scope
from reconciliation.recovery.runs.set_class import set_class
from reconciliation.recovery.runs.standing import standing_of
from reconciliation.recovery.runs.tie_draft import tie_draft
from reconciliation.recovery.runs.tie_request import tie_request
from reconciliation.recovery.runs.tightening import DriftPath
from reconciliation.recovery.runs.withdraw_run import withdraw_run
from reconciliation.work_off import pause_after, work_off
from tests.people import INTEGRATION
from tests.reconciliation.planes.shop import NOON, Shop
from tests.sealing import seal_all

LATER = NOON + timedelta(days=2)
SCOPE = read_scope(date(2026, 3, 20), date(2026, 3, 21))
WHY_BACK = {"refunded": "CUSTOMER_REFUNDED_OUTSIDE", "open": "RECORDED_WRONGLY"}
ACCEPTED = "The customer keeps the goods; the rest is written off by finance."
DONE = "The goods that nobody paid for were refunded, and the way is closed."
WHY = "The wrong days were named; opened anew over the right ones."


class Drifted(Shop):
    def drift(self, support: Actor) -> None:
        """The four orders. `support` moves two by hand."""
        for ref in ("o1", "o2", "o3", "o4"):
            self.order(ref)
        self.receipt("0.0005", "tx1", invoice="inv_1", ref="o1")
        self.event("InvoiceSettled", "inv_1", "o1", minute=5)
        self.fulfil("o2", support, minute=10)
        self.receipt("0.0004", "tx3", invoice="inv_3", ref="o3")
        self.event("InvoiceSettled", "inv_3", "o3", minute=5)
        self.receipt("0.0005", "tx4", invoice="inv_4", ref="o4")
        self.fulfil("o4", support, minute=10)
        self.event("InvoiceSettled", "inv_4", "o4", minute=30)

    def fulfil(self, ref: str, by: Actor, *, minute: int) -> None:
        with tenant(self.tenant_id):
            said = ByHand(ref, "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", "T-1", f"fulfil{ref}")
            move_order(said, actor=by, at=NOON + timedelta(minutes=minute))

    def post_from_export(self, ref: str, *, minute: int = 8) -> str:
        """A deposit that somebody's script posts from an export of the portal, without looking whether it is confirmed."""
        request = PostingRequest(
            key=f"export {ref}", use_case="deposit", status="POSTED", effective_on=NOON.date(), payment_id=f"p-{ref}",
            partner_reference=f"x{ref}", metadata={},
            entries=[RequestedEntry("btc", "DEBIT", 50_000), RequestedEntry("unap", "CREDIT", 50_000)],
        )  # fmt: skip
        with tenant(self.tenant_id):
            at = NOON + timedelta(minutes=minute)
            post_transactions([request], actor=INTEGRATION, at=at, day_of=lambda *_: NOON.date())
            return str(LedgerTransaction.objects.get(idempotency_key=request.key).public_id)

    def open(self, by: Actor, *, scope: RunScope = SCOPE, at: datetime = LATER, **more: Any) -> RecoveryRun:
        said = {"title": "Fulfilled from the portal", "led_by": "signal posted before confirmed", "key": f"k{at.timestamp():.0f}",
                "freeze_until": at + timedelta(days=3)} | more  # fmt: skip
        with tenant(self.tenant_id):
            return open_run(scope, actor=by, at=at, **said)

    def freeze(self, by: Actor, number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            freeze_tools(number=number, actor=by, at=at)

    def export(self, by: Actor, number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            assert ask_export(number=number, actor=by, at=at)
        self.work(at)

    def rerun(self, by: Actor, number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            assert ask_rerun(number=number, actor=by, at=at)
        self.work(at)

    def to_classes(self, by: Actor) -> None:
        """Opened, frozen, exported, re-run."""
        self.open(by)
        self.freeze(by)
        self.export(by)
        self.rerun(by)

    def to_corrections(self, by: Actor) -> None:
        """Up to the fifth step."""
        self.to_classes(by)
        self.close_classes(by)

    def close_classes(self, by: Actor) -> None:
        """Each gap gets the class that was suggested."""
        for gap in self.gaps():
            self.classify(gap.number, gap.suggested_class, by)
        with tenant(self.tenant_id):
            close_classes(number=1, actor=by, at=LATER)

    def gap(self, ref: str, kind: str) -> int:
        """The number of the gap of an order."""
        return next(int(g.number) for g in self.gaps() if (g.order_ref, g.kind) == (ref, kind))

    def ask_move(
        self, gap: int, ref: str, by: Actor, *, to: str = "refunded", key: str = "", at: datetime = LATER
    ) -> Made:
        """For a gap, from fulfilled."""
        said = ByHand(ref, "fulfilled", to, WHY_BACK[to], "T-7", key or f"move{ref}{gap}")
        with tenant(self.tenant_id):
            return request_gap_move(said, number=1, gap=gap, actor=by, at=at)

    def ask_acceptance(self, gap: int, by: Actor, *, key: str = "", at: datetime = LATER) -> Made:
        with tenant(self.tenant_id):
            return request_acceptance(
                number=1, gap=gap, reason=ACCEPTED, idempotency_key=key or f"accept {gap}", actor=by, at=at
            )

    def approve(self, made: Made, by: Actor, at: datetime = LATER) -> Decided:
        proof = StepUp(at, made.id, made.payload_sha256)
        with tenant(self.tenant_id):
            return decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=by, at=at)

    def waiting(self, subject: str) -> int:
        """The number of the request that waits about it."""
        with tenant(self.tenant_id):
            return int(ApprovalRequest.objects.get(subject=subject, state="open").number)

    def decide(self, subject: str, by: Actor, at: datetime = LATER) -> None:
        """Approve what waits about it."""
        with tenant(self.tenant_id):
            made = as_made(ApprovalRequest.objects.get(subject=subject, state="open"), created=False)
        assert self.approve(made, by, at).state == "executed"

    def reject(self, subject: str, by: Actor, reason: str, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            made = ApprovalRequest.objects.get(subject=subject, state="open")
            proof = StepUp(at, made.id, bytes(made.payload_sha256).hex())
            decided = decide_request(
                request_id=made.id, verdict="reject", reason=reason, step_up=proof, actor=by, at=at
            )
        assert decided.state == "rejected"

    def recheck(self, by: Actor, at: datetime = LATER) -> tuple[int, int]:
        with tenant(self.tenant_id):
            return recheck_gaps(number=1, actor=by, at=at)

    def states(self) -> dict[tuple[str, str], str]:
        with tenant(self.tenant_id):
            run = RecoveryRun.objects.get(number=1)
            return {(g.order_ref, g.kind): at_hand(run, g.number).gap.state for g in RecoveryGap.objects.all()}

    def to_the_end(self, maker: Actor, checker: Actor) -> None:
        """Up to the sixth step."""
        self.to_corrections(maker)
        self.settle(maker, checker)

    def settle(self, maker: Actor, checker: Actor) -> None:
        """The unpaid order is refunded, the other gaps are accepted."""
        unpaid = self.gap("o2", "unpaid")
        asked = self.ask_move(unpaid, "o2", maker)
        with tenant(self.tenant_id):
            tie_request(number=1, gap=self.gap("o2", "fulfilled_early"), request=asked.number, actor=maker, at=LATER)
        self.approve(asked, checker)
        for ref, kind in (("o3", "under"), ("o4", "fulfilled_early")):
            self.approve(self.ask_acceptance(self.gap(ref, kind), maker), checker)
        assert self.recheck(maker) == (2, 2)
        with tenant(self.tenant_id):
            close_corrections(number=1, actor=maker, at=LATER)

    def paths(self) -> list[DriftPath]:
        with tenant(self.tenant_id):
            return paths_of(standing_of(1))

    def draft(self, path: str, admin: Actor, at: datetime = LATER) -> CheckpointVersion:
        """The proposed checkpoint saved as it is, tied to its path, and measured by a worker."""
        with tenant(self.tenant_id):
            made = save_draft(document=proposed(1, path), seen_edits=None, actor=admin, at=at)
            tie_draft(number=1, path=path, key=made.policy.key, version=made.number, actor=admin, at=at)
        self.work(at)
        return made

    def put_in_force(self, draft: CheckpointVersion, admin: Actor, checker: Actor, at: datetime = LATER) -> None:
        """By the usual two people, over the backtest that was kept."""
        with tenant(self.tenant_id):
            start_evaluation(key=draft.policy.key, number=draft.number, actor=admin, at=at)
            kept = newest_backtest(bytes(draft.document_sha256))
            made = request_activation(
                key=draft.policy.key, number=draft.number, note="It closes the way that drift came by.", actor=admin, at=at,
                idempotency_key=f"activate {draft.policy.key}", backtest=kept.result if kept else {},
            )  # fmt: skip
        assert self.approve(made, checker, at).state == "executed"

    def compare(self, by: Actor, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            assert ask_comparison(number=1, actor=by, at=at)
        self.work(at)

    def ask_close(self, by: Actor, at: datetime = LATER, **said: str) -> Made:
        words = {"summary": DONE, "untightened": "", "explanation": "", "idempotency_key": "close"} | said
        with tenant(self.tenant_id):
            return request_close(number=1, actor=by, at=at, **words)

    def ask_stop(self, by: Actor, at: datetime = LATER, reason: str = WHY, key: str = "stop") -> Made:
        with tenant(self.tenant_id):
            return request_stop(number=1, reason=reason, idempotency_key=key, actor=by, at=at)

    def withdraw(self, by: Actor, at: datetime = LATER, reason: str = WHY) -> None:
        with tenant(self.tenant_id):
            withdraw_run(number=1, reason=reason, actor=by, at=at)

    def gaps(self) -> list[RecoveryGap]:
        with tenant(self.tenant_id):
            return list(RecoveryGap.objects.order_by("number"))

    def classify(self, gap: int, name: str, by: Actor, key: str = "c1", number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            set_class(number=number, gap=gap, exception_class=name, key=key, actor=by, at=at)

    def work(self, at: datetime = LATER) -> None:
        """Everything that waits for a worker."""
        with tenant(self.tenant_id):
            ids = due_items(at=at, limit=100)
        for item in ids:
            if work_off(self.tenant_id, item, at=at):
                continue
            # Another test worker's long transaction keeps the trail from being sealed: as in production, it is tried again.
            assert "TrailUnderWay" in self.trouble(item), self.trouble(item)
            with tenant(self.tenant_id):
                seal_all(at)
            assert work_off(self.tenant_id, item, at=at + pause_after(1)), self.trouble(item)

    def trouble(self, item: int) -> str:
        with tenant(self.tenant_id):
            return OutboxItem.objects.get(id=item).last_error
