"""Backtests as they were worked out. SQL owns the schema (backtest/sql/backtest.sql)."""

from django.db import models

from ledger.models import tenant_column

PROTECT = models.PROTECT


class Backtest(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField()))
    policy_key = models.TextField()
    number = models.IntegerField(null=True)
    document = models.JSONField()
    document_sha256 = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    replayed = models.BigIntegerField()
    flips = models.BigIntegerField()
    looser = models.BooleanField()
    result = models.JSONField()
    result_sha256 = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        managed = False
        db_table = "policy_backtest"

    def __str__(self) -> str:
        return f"{self.policy_key} {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


class BacktestFlip(models.Model):
    tenant_id = tenant_column()
    pk = models.CompositePrimaryKey("backtest_id", "position")
    backtest = models.ForeignKey(Backtest, on_delete=PROTECT, related_name="kept")
    position = models.IntegerField()
    direction = models.TextField()
    turned = models.TextField()
    flip = models.JSONField()

    class Meta:
        managed = False
        db_table = "policy_backtest_flip"

    def __str__(self) -> str:
        return f"{self.position}: {self.direction}"
