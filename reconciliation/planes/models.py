from django.db import models

from ledger.models import Account, Asset, tenant_column
from reconciliation.provider.models import Endpoint

PROTECT = models.PROTECT


class RecognitionRule(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="recognition")
    asset = models.TextField()
    hold = models.ForeignKey(Account, on_delete=PROTECT, related_name="+")
    unapplied = models.ForeignKey(Account, on_delete=PROTECT, related_name="+")
    receivable = models.ForeignKey(Account, on_delete=PROTECT, related_name="+")
    active_from = models.DateTimeField()
    set_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recognition_rule"

    def __str__(self) -> str:
        return f"{self.asset} at {self.endpoint_id}"


class FulfilmentRule(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    rail = models.TextField(db_default="")
    asset = models.ForeignKey(Asset, on_delete=PROTECT, related_name="+", null=True, db_column="asset")
    fulfil_on = models.TextField()
    active_from = models.DateTimeField()
    set_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "fulfilment_rule"

    def __str__(self) -> str:
        return f"{self.rail or 'any rail'}, {self.asset_id or 'any asset'}: {self.fulfil_on}"
