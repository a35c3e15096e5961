from django.db import models

from ledger.models import tenant_column


class GateSetting(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.IntegerField()
    needed_days = models.IntegerField()
    why = models.TextField()
    active_from = models.DateTimeField()
    set_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "gate_setting"

    def __str__(self) -> str:
        return f"gate setting v{self.number}"
