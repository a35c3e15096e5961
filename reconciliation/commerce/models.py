"""The commerce plane as Django sees it. SQL owns the schema (commerce/sql/)."""

from django.db import models

from ledger.models import tenant_column
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.columns import minor, random_id

PROTECT = models.PROTECT


class Order(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        FULFILLED = "fulfilled"
        REFUNDED = "refunded"
        DISPUTED = "disputed"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = random_id()
    order_ref = models.TextField()
    payment_id = models.TextField(db_default="")
    merchant_reference = models.TextField(db_default="")
    expected_minor = minor()
    asset = models.TextField()
    rail = models.TextField(db_default="")
    network = models.TextField(db_default="")
    state = models.TextField(choices=State.choices, db_default="open")
    placed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    source = models.TextField()
    metadata = models.JSONField(db_default={})
    fingerprint = models.BinaryField()
    decision = models.ForeignKey(CheckpointDecision, on_delete=PROTECT, related_name="+")

    class Meta:
        managed = False
        db_table = "commerce_order"

    def __str__(self) -> str:
        return self.order_ref


class OrderMove(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=PROTECT, related_name="moves")
    at = models.DateTimeField()
    from_state = models.TextField()
    to_state = models.TextField()
    source = models.TextField()
    actor = models.TextField()
    role = models.TextField()
    reason_code = models.TextField(db_default="")
    ticket = models.TextField(db_default="")
    note = models.TextField(db_default="")
    sent_key = models.TextField(null=True)
    decision = models.ForeignKey(CheckpointDecision, on_delete=PROTECT, related_name="+")

    class Meta:
        managed = False
        db_table = "commerce_move"

    def __str__(self) -> str:
        return f"{self.from_state} to {self.to_state}"
