from django.db import models

from ledger.models import tenant_column


class ReviewCause(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    cause = models.SmallIntegerField(null=True)
    exception_class = models.TextField()
    first_on = models.DateField()
    last_on = models.DateField()
    root = models.TextField()
    owner = models.TextField()
    item = models.TextField()
    due_on = models.DateField(null=True)
    person_id = models.BigIntegerField()
    written_by = models.TextField()
    written_at = models.DateTimeField()
    sent_key = models.TextField()

    class Meta:
        managed = False
        db_table = "review_cause"

    def __str__(self) -> str:
        return f"RC-{self.id}"


class CauseConfirmed(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    cause = models.OneToOneField(ReviewCause, on_delete=models.PROTECT, related_name="confirmed")
    written_by = models.BigIntegerField()
    person_id = models.BigIntegerField()
    confirmed_by = models.TextField()
    confirmed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "review_cause_confirmed"

    def __str__(self) -> str:
        return f"{self.cause_id} by {self.confirmed_by}"
