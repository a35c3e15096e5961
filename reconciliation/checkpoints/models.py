from django.db import models

from ledger.models import tenant_column


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

    class Meta:
        managed = False
        db_table = "checkpoint_decision"

    def __str__(self) -> str:
        return f"{self.move}: {self.outcome}"
