"""What people said of codes that no use case books, as Django sees it. SQL owns the schema (bank/sql/booking.sql)."""

from django.db import models

from ledger.models import tenant_column
from reconciliation.bank.models import BankAccount


class ModelGapNote(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    bank_code = models.TextField()
    owner = models.TextField()
    note = models.TextField()
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    actor = models.TextField()
    sent_key = models.TextField()

    class Meta:
        managed = False
        db_table = "model_gap_note"

    def __str__(self) -> str:
        return f"{self.bank_code} of {self.bank_account_id}"
