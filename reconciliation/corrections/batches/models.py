from django.db import models
from django.db.models import CompositePrimaryKey

from ledger.models import LedgerTransaction, tenant_column
from reconciliation.approvals.models import ApprovalRequest

PROTECT = models.PROTECT


class BatchMember(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("request_id", "transaction_id")
    request = models.ForeignKey(ApprovalRequest, on_delete=PROTECT, related_name="members")
    transaction = models.ForeignKey(LedgerTransaction, on_delete=PROTECT, related_name="+")

    class Meta:
        managed = False
        db_table = "correction_batch_member"

    def __str__(self) -> str:
        return f"{self.transaction_id} of {self.request_id}"


class CorrectionBatch(models.Model):
    class State(models.TextChoices):
        RUNNING = "running"
        STOPPED = "stopped"
        DONE = "done"

    tenant_id = tenant_column()
    request = models.OneToOneField(ApprovalRequest, on_delete=PROTECT, primary_key=True, related_name="batch")
    use_case = models.TextField()
    rule_number = models.IntegerField()
    member_count = models.IntegerField()
    done_count = models.IntegerField(default=0)
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    decision_id = models.BigIntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stopped_because = models.TextField(default="")
    stopped_transaction = models.ForeignKey(
        LedgerTransaction, on_delete=PROTECT, db_column="stopped_transaction", null=True, related_name="+"
    )

    class Meta:
        managed = False
        db_table = "correction_batch"

    def __str__(self) -> str:
        return f"batch {self.request_id}"


class BatchDone(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("request_id", "transaction_id")
    request = models.ForeignKey(ApprovalRequest, on_delete=PROTECT, related_name="done")
    transaction = models.ForeignKey(LedgerTransaction, on_delete=PROTECT, related_name="+")
    reversal = models.ForeignKey(LedgerTransaction, on_delete=PROTECT, related_name="+")
    repost = models.ForeignKey(LedgerTransaction, on_delete=PROTECT, related_name="+")

    class Meta:
        managed = False
        db_table = "correction_batch_done"

    def __str__(self) -> str:
        return f"{self.transaction_id} of {self.request_id}"
