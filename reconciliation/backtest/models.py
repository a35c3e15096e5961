"""Backtests, drafts of settings and their dry runs, as they were worked out. SQL owns the schema (backtest/sql/)."""

from django.db import models

from ledger.models import tenant_column
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.people.models import Person

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


class SettingDraft(models.Model):
    class About(models.TextChoices):
        MATCHER = "matcher"
        CALENDAR = "calendar"

    class State(models.TextChoices):
        OPEN = "open"
        SENT = "sent"
        DROPPED = "dropped"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    about = models.TextField(choices=About.choices)
    subject = models.TextField()
    name = models.TextField()
    document = models.JSONField()
    document_sha256 = models.BinaryField()
    made_by = models.ForeignKey(Person, on_delete=PROTECT, db_column="made_by", related_name="setting_drafts")
    made_by_label = models.TextField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    request = models.ForeignKey(ApprovalRequest, on_delete=PROTECT, null=True, related_name="setting_drafts")

    class Meta:
        managed = False
        db_table = "setting_draft"

    def __str__(self) -> str:
        return f"D-{self.number}"


class DryRun(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    draft = models.ForeignKey(SettingDraft, on_delete=PROTECT, related_name="dry_runs")
    document = models.JSONField()
    document_sha256 = models.BinaryField()
    from_on = models.DateField()
    until_on = models.DateField()
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    asked_key = models.TextField()
    progress = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    result_sha256 = models.BinaryField(null=True)
    refused = models.TextField(default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "dry_run"

    def __str__(self) -> str:
        return f"DR-{self.number}"
