from uuid import uuid4

from django.db import models

from ledger.models import tenant_column
from reconciliation.bank.models import BankAccount
from reconciliation.drift.models import DriftCheck
from reconciliation.people.models import Person

PROTECT = models.PROTECT


class EscalationRule(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    version = models.IntegerField()
    document = models.JSONField()
    why = models.TextField()
    active_from = models.DateTimeField()
    set_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "escalation_rule"

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Receiver(models.Model):
    """Its address is sealed; `host` is all that is shown of it."""

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    host = models.TextField()
    sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.TextField()
    ended_at = models.DateTimeField(null=True)
    decision_id = models.BigIntegerField()
    end_decision_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "escalation_receiver"

    def __str__(self) -> str:
        return f"{self.name} ({self.kind} at {self.host})"


class Notification(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    rule_key = models.TextField()
    rule_version = models.IntegerField()
    rule = models.JSONField()
    severity = models.TextField()
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="+")
    drift_check = models.ForeignKey(DriftCheck, on_delete=PROTECT, related_name="+", db_column="check_id")
    statement = models.JSONField()
    since_at = models.DateTimeField()
    raised_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "escalation_notification"

    def __str__(self) -> str:
        return f"N-{self.number}"


class EscalationDelivery(models.Model):
    """Without a notification it is a test."""

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    receiver = models.ForeignKey(Receiver, on_delete=PROTECT, related_name="deliveries")
    notification = models.ForeignKey(Notification, on_delete=PROTECT, related_name="deliveries", null=True)
    message_id = models.UUIDField(default=uuid4)
    asked_at = models.DateTimeField()
    asked_by = models.TextField()

    class Meta:
        managed = False
        db_table = "escalation_delivery"

    def __str__(self) -> str:
        return f"delivery {self.message_id}"


class Acknowledgement(models.Model):
    tenant_id = tenant_column()
    notification = models.OneToOneField(
        Notification, on_delete=PROTECT, related_name="acknowledgement", primary_key=True
    )
    person = models.ForeignKey(Person, on_delete=PROTECT, related_name="+")
    name = models.TextField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "escalation_acknowledgement"

    def __str__(self) -> str:
        return f"acknowledged by {self.name}"
