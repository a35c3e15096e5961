from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value

from ledger.models import tenant_column
from reconciliation.people.models import Person

PROTECT = models.PROTECT


class ApprovalRequest(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        EXECUTED = "executed"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"
        STALE = "stale"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    kind = models.TextField()
    title = models.TextField()
    subject = models.TextField()
    payload = models.JSONField()
    payload_sha256 = models.BinaryField()
    precondition = models.JSONField()
    amount_minor = models.DecimalField(max_digits=60, decimal_places=0)
    currency = models.TextField()
    payment_id = models.TextField()
    reason_code = models.TextField()
    note = models.TextField()
    made_by = models.ForeignKey(Person, on_delete=PROTECT, db_column="made_by", related_name="requests")
    made_by_label = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decision_id = models.BigIntegerField()
    quorum = models.SmallIntegerField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)
    idempotency_key = models.TextField()
    touches = models.GeneratedField(
        expression=Func(F("payload"), Value("$.**.account_id"), function="jsonb_path_query_array"),
        output_field=models.JSONField(), db_persist=True,
    )  # fmt: skip

    class Meta:
        managed = False
        db_table = "approval_request"

    def __str__(self) -> str:
        return f"CR-{self.number}"


class ApprovalDecision(models.Model):
    class Verdict(models.TextChoices):
        APPROVE = "approve"
        REJECT = "reject"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(ApprovalRequest, on_delete=PROTECT, related_name="decisions")
    made_by = models.BigIntegerField()
    payload_sha256 = models.BinaryField()
    decided_by = models.ForeignKey(Person, on_delete=PROTECT, db_column="decided_by", related_name="decisions")
    on_behalf_of = models.ForeignKey(
        Person, on_delete=PROTECT, db_column="on_behalf_of", related_name="decisions_lent", null=True
    )
    role = models.TextField()
    verdict = models.TextField(choices=Verdict.choices)
    reason = models.TextField()
    decided_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "approval_decision"

    def __str__(self) -> str:
        return f"{self.verdict} of {self.request_id}"


class ApprovalExecution(models.Model):
    tenant_id = tenant_column()
    request = models.OneToOneField(ApprovalRequest, on_delete=PROTECT, primary_key=True, related_name="execution")
    payload_sha256 = models.BinaryField()
    made_by = models.BigIntegerField()
    approved_by = models.BigIntegerField(null=True)
    decision_id = models.BigIntegerField()
    executed_at = models.DateTimeField()
    transaction_ids = ArrayField(models.BigIntegerField())

    class Meta:
        managed = False
        db_table = "approval_execution"

    def __str__(self) -> str:
        return f"execution of {self.request_id}"
