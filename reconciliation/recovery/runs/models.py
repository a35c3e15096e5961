import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ledger.models import tenant_column
from reconciliation.checkpoints.freeze_models import FreezeWindow
from reconciliation.columns import minor
from reconciliation.people.models import Person
from reconciliation.recovery.models import EvidenceBundle

PROTECT = models.PROTECT


class RecoveryRun(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    title = models.TextField()
    planes = ArrayField(models.TextField())
    first_on = models.DateField()
    until_on = models.DateField()
    accounts = ArrayField(models.TextField(), null=True)
    payments = ArrayField(models.TextField(), null=True)
    led_by = models.TextField()
    owner_person = models.ForeignKey(Person, on_delete=PROTECT, db_column="owner_id", related_name="+")
    owner = models.TextField()
    freeze_until = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    sent_key = models.TextField()
    document = models.TextField()
    sha256 = models.BinaryField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_run"

    def __str__(self) -> str:
        return f"RR-{self.number}"

    @property
    def pinned(self) -> dict[str, Any]:
        """The matcher terms that the run is bound to, as `pins.pinned` made them."""
        found: dict[str, Any] = json.loads(self.document)["pinned"]
        return found


class RecoveryStep(models.Model):
    tenant_id = tenant_column()
    pk = models.CompositePrimaryKey("run_id", "step")
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="steps")
    step = models.SmallIntegerField()
    done_at = models.DateTimeField()
    done_by = models.TextField()
    document = models.TextField()
    previous = models.BinaryField()
    sha256 = models.BinaryField()
    freeze = models.ForeignKey(FreezeWindow, on_delete=PROTECT, null=True, related_name="+")
    bundle = models.ForeignKey(EvidenceBundle, on_delete=PROTECT, null=True, related_name="+")
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_step"

    def __str__(self) -> str:
        return f"step {self.step} of {self.run_id}"

    @property
    def said(self) -> dict[str, Any]:
        """What was done, with its figures."""
        found: dict[str, Any] = json.loads(self.document)
        return found


class RecoveryGap(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="gaps")
    number = models.BigIntegerField()
    fingerprint = models.BinaryField()
    payment_id = models.TextField()
    order_ref = models.TextField()
    payment_ref = models.TextField()
    kind = models.TextField()
    reason = models.TextField()
    suggested_class = models.TextField()
    signs = models.JSONField()
    value_minor = minor()
    ordered_minor = minor(null=True)
    asset = models.TextField()
    since_at = models.DateTimeField()
    evidence = models.JSONField()

    class Meta:
        managed = False
        db_table = "recovery_gap"

    def __str__(self) -> str:
        return f"G-{self.number}"


class RecoveryClass(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RecoveryRun, on_delete=PROTECT, related_name="classes")
    gap = models.ForeignKey(RecoveryGap, on_delete=PROTECT, related_name="classes")
    exception_class = models.TextField()
    set_at = models.DateTimeField()
    set_by_person = models.ForeignKey(Person, on_delete=PROTECT, db_column="set_by_id", related_name="+")
    set_by = models.TextField()
    sent_key = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_class"

    def __str__(self) -> str:
        return f"{self.gap_id}: {self.exception_class}"


class RecoveryEnd(models.Model):
    tenant_id = tenant_column()
    run = models.OneToOneField(RecoveryRun, on_delete=PROTECT, primary_key=True, related_name="end")
    how = models.TextField()
    ended_at = models.DateTimeField()
    ended_by = models.TextField()
    reason = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "recovery_end"

    def __str__(self) -> str:
        return f"{self.run_id} {self.how}"
