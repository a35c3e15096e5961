from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CompositePrimaryKey

from ledger.models import tenant_column
from reconciliation.bank.models import BankAccount
from reconciliation.columns import minor
from reconciliation.matching.models import MatchRun

PROTECT = models.PROTECT


class DriftCheck(models.Model):
    class Verdict(models.TextChoices):
        CLEAN = "CLEAN"
        DRIFTED = "DRIFTED"
        UNKNOWN = "UNKNOWN"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField()))
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="checks")
    day = models.DateField()
    run = models.ForeignKey(MatchRun, on_delete=PROTECT, related_name="checks")
    ledger_as_of = models.DateTimeField()
    statement_as_of = models.DateTimeField()
    verdict = models.TextField(choices=Verdict.choices)
    timing_only = models.BooleanField()
    ledger_total = minor()
    statement_total = minor(null=True)
    drift = minor(null=True)
    gross = minor(null=True)
    unexplained = minor(null=True)
    open_count = models.IntegerField()
    entry_count = models.BigIntegerField()
    line_count = models.BigIntegerField()
    unknown_because = models.JSONField()
    checked_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "drift_check"

    def __str__(self) -> str:
        return f"{self.day} {self.verdict}"


class DriftContribution(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("check_of_id", "position")
    check_of = models.ForeignKey(DriftCheck, on_delete=PROTECT, db_column="check_id", related_name="contributions")
    position = models.IntegerField()
    exception_class = models.TextField()
    cause = models.SmallIntegerField(null=True)
    rule = models.SmallIntegerField()
    contribution_minor = minor()
    reason = models.TextField()
    reference = models.TextField()
    payment_ids = ArrayField(models.TextField())
    entry_refs = ArrayField(models.TextField())
    line_ids = ArrayField(models.BigIntegerField())
    case_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "drift_contribution"

    def __str__(self) -> str:
        return f"{self.exception_class} {self.contribution_minor}"
