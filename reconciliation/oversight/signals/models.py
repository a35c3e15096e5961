from django.db import models

from ledger.models import tenant_column


class SignalReading(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    day = models.DateField()
    as_of = models.DateTimeField()
    state = models.TextField()
    value = models.BigIntegerField(null=True)
    of = models.BigIntegerField(null=True)
    parts = models.JSONField()
    said = models.TextField()
    goal = models.TextField()
    limit_value = models.IntegerField()
    counted = models.BigIntegerField()
    rows_sha256 = models.BinaryField()
    read_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "signal_reading"

    def __str__(self) -> str:
        return f"{self.key} of {self.day}: {self.state}"


class SignalRaised(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    day = models.DateField()
    reading = models.ForeignKey(SignalReading, on_delete=models.PROTECT, related_name="raised")
    raised_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "signal_raised"

    def __str__(self) -> str:
        return f"{self.key} {self.day}"
