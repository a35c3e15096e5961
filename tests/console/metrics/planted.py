"""Two tenants beside each other: one in which all is well, and one with something planted for every alert."""

from datetime import timedelta

from django.db import connection

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.outbox import enqueue
from reconciliation.outbox_models import OutboxItem
from tests.proven import proven
from tests.reconciliation.books import NOW, Books, march
from tests.reconciliation.provider.desk import Desk, paid, said
from tests.stories.world import JOB

H = timedelta(hours=1)
VERIFIED = (
    "INSERT INTO audit_verification (at, ok, row_count, block_count, unsealed, transactions, head, first_bad, verified_by)"
    " VALUES (%s, %s, 1, 1, 0, 1, 'head', %s, 'planted')"
)
# What the product never writes: a check whose drift is not wholly named. It is there to be told of, should it ever be.
UNNAMED = """
INSERT INTO drift_check (bank_account_id, day, run_id, ledger_as_of, statement_as_of, verdict, timing_only, ledger_total,
    statement_total, drift, gross, unexplained, open_count, entry_count, line_count, unknown_because, checked_at)
SELECT bank_account_id, day, run_id, ledger_as_of, statement_as_of, 'DRIFTED', false, statement_total + 7, statement_total, 7, 7,
       7, 0, entry_count, line_count, unknown_because, checked_at FROM drift_check WHERE bank_account_id = %s
 ORDER BY id DESC LIMIT 1
"""


def all_well(tenant_id: int) -> None:
    """Ten clean days of every account, a payment taken in, work done, and the ledger verified this morning."""
    books = Books(tenant_id)
    for code, bank in books.banks.items():
        books.cover(code, march("22"))
        with tenant(tenant_id):
            reconcile_account(bank, march("10"), march("20"), actor=JOB, at=NOW)
    desk = Desk(tenant_id)
    for word, minute in (("InvoiceProcessing", -9), ("InvoiceSettled", -1)):
        desk.deliver(said(word, minute=minute))
    desk.take_in()
    with tenant(tenant_id):
        enqueue("verify_ledger", "this morning", {}, at=NOW - 2 * H)
        OutboxItem.objects.update(state="done", done_at=NOW - 2 * H)
    proven(tenant_id, NOW - 2 * H)


def all_wrong(tenant_id: int, maker: Actor) -> None:
    """Something of everything. Each line names the alerts that it is for."""
    books = Books(tenant_id)
    books.play("T5 13 ewa 40 @R5").reverse("T5", by=maker, at=NOW - 9 * H)  # CheckpointLag
    books.play("L1 cash 16 -250 @X991")  # DriftHeartbeat, DriftPersists, SecurityHold, QueueBreach
    books.check_day("cash", "16", at=NOW - 30 * H)
    books.reconcile("cash", march("16"), NOW)
    books.play("T1 11 ewa 300 @A1 p1\nT2 11 ewa 200 @A2 p2\nL2 clr 11 -500 @B1").check_day(
        "clr", "11"
    )  # DifferencesCancelOut
    books.reconcile("usd", march("17"), NOW)  # UnknownDay, StatementOverdue, GateShut
    books.check_day("btc", "12")
    with tenant(tenant_id), connection.cursor() as cursor:  # DriftUnexplained
        cursor.execute(UNNAMED, [books.banks["btc"].id])
    books.play("T3 12 PENDING ewa 90 @P1")  # ReviewBacklog
    _provider(tenant_id)
    with tenant(tenant_id):
        enqueue("reconcile", "planted", {}, at=NOW - H)  # OutboxLag
        enqueue("poll_provider", "planted", {}, at=NOW - H)  # DeadLetters
        OutboxItem.objects.filter(kind="poll_provider").update(state="dead", attempts=11)
    _verified(tenant_id, hours=40, ok=False)  # VerificationFailed, VerificationStale, AnchorStale


def _provider(tenant_id: int) -> None:
    slow = Desk(tenant_id, name="Slow")  # ProviderLatency
    slow.deliver(said("InvoiceReceivedPayment", minute=-301, **paid("0.5")))
    slow.deliver(said("InvoiceProcessing", minute=-300))
    slow.deliver(said("InvoiceSettled", minute=-1))
    slow.take_in()
    silent = Desk(tenant_id, name="Silent")  # WebhookSilence, IntakeLag
    silent.deliver(said("InvoiceSettled", "inv_2"), at=NOW - 7 * H)
    for n in range(11):  # SignatureFailures, QuarantineDepth
        silent.deliver(said("InvoiceSettled", f"forged_{n}"), key="the key of somebody else", at=NOW - H)


def _verified(tenant_id: int, *, hours: int, ok: bool) -> None:
    with tenant(tenant_id), connection.cursor() as cursor:
        cursor.execute(VERIFIED, [NOW - hours * H, ok, "" if ok else "entry 1"])
