from django.contrib.postgres.fields import ArrayField
from django.db import models

from ledger.models import tenant_column


class FreezeWindow(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    kind = models.TextField()
    subject = models.TextField()
    reason = models.TextField()
    moves = ArrayField(models.TextField())
    planes = ArrayField(models.TextField(), null=True)
    accounts = ArrayField(models.TextField(), null=True)
    first_day = models.DateField(null=True)
    until_day = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "freeze_window"

    def __str__(self) -> str:
        return f"FW-{self.number}"


class FreezeEnd(models.Model):
    tenant_id = tenant_column()
    window = models.OneToOneField(FreezeWindow, on_delete=models.PROTECT, primary_key=True, related_name="end")
    ended_at = models.DateTimeField()
    ended_by = models.TextField()
    why = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "freeze_end"

    def __str__(self) -> str:
        return f"{self.window_id} ended"
