"""Accounting periods and their moves as Django sees them; `ledger.models` hands them on."""

from django.db import models

from ledger.columns import tenant_column

PROTECT = models.PROTECT


class Period(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"
        REOPENED = "reopened"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    first_on = models.DateField()
    until_on = models.DateField()
    state = models.TextField(choices=State.choices)

    class Meta:
        managed = False
        db_table = "ledger_period"

    def __str__(self) -> str:
        return f"{self.first_on:%B %Y}"


class PeriodMove(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    period = models.ForeignKey(Period, on_delete=PROTECT, related_name="moves")
    from_state = models.TextField()
    to_state = models.TextField()
    actor = models.TextField()
    role = models.TextField()
    asked_by = models.TextField()
    reason_code = models.TextField()
    reason = models.TextField()
    checklist = models.JSONField(default=dict)
    checklist_sha256 = models.BinaryField(null=True)
    decision_id = models.BigIntegerField()
    policy_version = models.TextField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_period_move"

    def __str__(self) -> str:
        return f"{self.from_state} to {self.to_state}"
