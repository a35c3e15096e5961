"""Macros: what support sends beside the sentence. SQL owns the schema (lookup/sql/macros.sql)."""

from django.db import models

from ledger.models import tenant_column


class Macro(models.Model):
    """One version of a macro. The newest of a name and language counts; an ended one has no text to send."""

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    language = models.TextField()
    version = models.IntegerField()
    text = models.TextField()
    ended = models.BooleanField(default=False)
    saved_by = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "payment_macro"

    def __str__(self) -> str:
        return f"{self.name} ({self.language}) v{self.version}"
