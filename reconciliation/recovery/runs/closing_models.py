"""The rows of a run's fifth and sixth step, and of what was planned anew."""

import json
from typing import Any

from django.db import models

from ledger.models import tenant_column
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.backtest.models import Backtest
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.people.models import Person
from reconciliation.recovery.runs.models import RecoveryGap, RecoveryRun

PROTECT = models.PROTECT


class RecoveryRemedy(models.Model):
    tenant_id = tenant_column()
    pk = models.CompositePrimaryKey("gap_id", "request_id")
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="remedies")
    gap = models.ForeignKey(RecoveryGap, on_delete=PROTECT, related_name="remedies")
    request = models.ForeignKey(ApprovalRequest, on_delete=PROTECT, related_name="+")
    tied_at = models.DateTimeField()
    tied_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_remedy"

    def __str__(self) -> str:
        return f"{self.request_id} for {self.gap_id}"


class RecoveryAcceptance(models.Model):
    tenant_id = tenant_column()
    gap = models.OneToOneField(RecoveryGap, on_delete=PROTECT, primary_key=True, related_name="acceptance")
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="acceptances")
    reason = models.TextField()
    accepted_at = models.DateTimeField()
    asked_by = models.TextField()
    accepted_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_acceptance"

    def __str__(self) -> str:
        return f"{self.gap_id} accepted"


class RecoveryRecheck(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="rechecks")
    gap = models.ForeignKey(RecoveryGap, on_delete=PROTECT, related_name="rechecks")
    at = models.DateTimeField()
    gone = models.BooleanField()
    says = models.TextField()

    class Meta:
        managed = False
        db_table = "recovery_recheck"

    def __str__(self) -> str:
        return f"{self.gap_id}: {self.says or 'gone'}"


class RecoveryDraft(models.Model):
    tenant_id = tenant_column()
    pk = models.CompositePrimaryKey("run_id", "version_id")
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="drafts")
    version = models.ForeignKey(CheckpointVersion, on_delete=PROTECT, related_name="+")
    path = models.JSONField()
    tied_at = models.DateTimeField()
    tied_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_draft"

    def __str__(self) -> str:
        return f"{self.version_id} against {self.run_id}"


class RecoveryMeasure(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="measures")
    version = models.ForeignKey(CheckpointVersion, on_delete=PROTECT, related_name="+")
    backtest = models.ForeignKey(Backtest, on_delete=PROTECT, related_name="+")
    document_sha256 = models.BinaryField()
    blocked = models.BigIntegerField()
    moves = models.BigIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "recovery_measure"

    def __str__(self) -> str:
        return f"{self.blocked} of {self.moves}"


class RecoveryComparison(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="comparisons")
    at = models.DateTimeField()
    document = models.TextField()
    sha256 = models.BinaryField()
    unexplained = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_comparison"

    def __str__(self) -> str:
        return f"{self.unexplained} unexplained"

    @property
    def said(self) -> dict[str, Any]:
        """What was compared, by pair of planes."""
        found: dict[str, Any] = json.loads(self.document)
        return found


class RecoveryPlan(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="plans")
    freeze_until = models.DateTimeField()
    owner_person = models.ForeignKey(Person, on_delete=PROTECT, db_column="owner_id", related_name="+")
    owner = models.TextField()
    reason = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_plan"

    def __str__(self) -> str:
        return f"plan of {self.run_id}"
