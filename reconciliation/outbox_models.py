from django.db import models

from ledger.models import tenant_column


class OutboxItem(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    unique_key = models.TextField()
    payload = models.JSONField(default=dict)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    last_error = models.TextField(default="")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "outbox_item"

    def __str__(self) -> str:
        return f"{self.kind} {self.unique_key}"
