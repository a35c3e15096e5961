from django.db import models

from ledger.models import tenant_column


class PostingRule(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    use_case = models.TextField()
    number = models.IntegerField()
    directions = models.JSONField()
    note = models.TextField()
    active_from = models.DateTimeField()
    set_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "posting_rule"

    def __str__(self) -> str:
        return f"{self.use_case} v{self.number}"
