from django.db import models

from ledger.models import tenant_column
from reconciliation.people.models import Person

PROTECT = models.PROTECT


class CheckpointPolicy(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    created_at = models.DateTimeField()
    created_by = models.TextField()

    class Meta:
        managed = False
        db_table = "checkpoint_policy"

    def __str__(self) -> str:
        return self.key


class CheckpointVersion(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft"
        EVALUATE = "evaluate"
        ACTIVE = "active"
        RETIRED = "retired"
        DISCARDED = "discarded"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    policy = models.ForeignKey(CheckpointPolicy, on_delete=PROTECT, related_name="versions")
    number = models.IntegerField()
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    document = models.JSONField()
    document_sha256 = models.BinaryField()
    based_on = models.IntegerField(null=True)
    made_by = models.ForeignKey(Person, on_delete=PROTECT, db_column="made_by", null=True, related_name="+")
    made_by_label = models.TextField()
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    edits = models.IntegerField(default=0)
    evaluating_from = models.DateTimeField(null=True)
    active_from = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decision_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "checkpoint_version"

    def __str__(self) -> str:
        return f"{self.document['title']} v{self.number}"


class CheckpointDecision(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    policy = models.TextField()
    policy_version = models.IntegerField()
    move = models.TextField()
    inputs = models.JSONField()
    outcome = models.TextField()
    rule = models.TextField()
    reason = models.TextField()
    quorum = models.SmallIntegerField()
    subject_count = models.BigIntegerField()
    subjects_sha256 = models.BinaryField()
    override_number = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "checkpoint_decision"

    def __str__(self) -> str:
        return f"{self.move}: {self.outcome}"


class CheckpointShadow(models.Model):
    tenant_id = tenant_column()
    pk = models.CompositePrimaryKey("version_id", "decision_id")
    version = models.ForeignKey(CheckpointVersion, on_delete=PROTECT, related_name="+")
    decision = models.ForeignKey(CheckpointDecision, on_delete=PROTECT, related_name="+")
    outcome = models.TextField()
    policy = models.TextField()
    policy_version = models.IntegerField()
    rule = models.TextField()
    reason = models.TextField()
    quorum = models.SmallIntegerField()
    differs = models.BooleanField()

    class Meta:
        managed = False
        db_table = "checkpoint_shadow"

    def __str__(self) -> str:
        return f"{self.version_id}: {self.outcome}"


class CheckpointOverride(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    policy = models.ForeignKey(CheckpointPolicy, on_delete=PROTECT, related_name="overrides")
    move = models.TextField()
    payment_id = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason_code = models.TextField()
    ticket = models.TextField()
    note = models.TextField()
    asked_by = models.TextField()
    role = models.TextField()
    decision_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(db_default="")

    class Meta:
        managed = False
        db_table = "checkpoint_override"

    def __str__(self) -> str:
        return f"OV-{self.number}"
