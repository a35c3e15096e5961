"""How providers are asked, and what was found. SQL owns the schema (provider/sql/polling.sql)."""

from django.db import models

from ledger.models import tenant_column
from reconciliation.columns import minor
from reconciliation.provider.models import Endpoint

PROTECT = models.PROTECT


class Polling(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="pollings")
    base_url = models.TextField()
    store = models.TextField()
    sealed = models.BinaryField()
    hint = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.TextField()
    decision_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "provider_polling"

    def __str__(self) -> str:
        return f"{self.store} at {self.base_url}"


class Poll(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="polls")
    adapter = models.TextField()
    compared = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    listed_count = models.IntegerField()
    missing_count = models.IntegerField()
    unknown_count = models.IntegerField()
    differing_count = models.IntegerField()
    error = models.TextField()

    class Meta:
        managed = False
        db_table = "provider_poll"

    def __str__(self) -> str:
        return f"{self.since} to {self.until}"


class PollGap(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    poll = models.ForeignKey(Poll, on_delete=PROTECT, related_name="gaps")
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="gaps")
    kind = models.TextField()
    event_id = models.TextField()
    payment_ref = models.TextField()
    order_ref = models.TextField()
    theirs = models.TextField()
    ours = models.TextField()
    occurred_at = models.DateTimeField()
    amount_minor = minor(null=True)
    asset = models.TextField()

    class Meta:
        managed = False
        db_table = "provider_gap"

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id or self.payment_ref}"
