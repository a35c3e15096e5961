from django.db import models

from ledger.models import tenant_column


class EvidenceBundle(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    subject = models.TextField()
    asked_key = models.TextField()
    format = models.TextField()
    as_of = models.DateTimeField()
    sealed_at = models.DateTimeField()
    sealed_by = models.TextField()
    manifest = models.JSONField()
    row_count = models.BigIntegerField()
    size_bytes = models.BigIntegerField()
    sha256 = models.BinaryField()
    file_sha256 = models.BinaryField()

    class Meta:
        managed = False
        db_table = "evidence_bundle"

    def __str__(self) -> str:
        return f"EB-{self.number}"


class EvidencePiece(models.Model):
    tenant_id = tenant_column()
    pk = models.CompositePrimaryKey("bundle_id", "position")
    bundle = models.ForeignKey(EvidenceBundle, on_delete=models.PROTECT, related_name="pieces")
    position = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        managed = False
        db_table = "evidence_piece"

    def __str__(self) -> str:
        return f"{self.bundle_id} piece {self.position}"
