"""The ledger's tables as Django sees them. SQL owns the schema (ledger/sql/); a test holds both equal."""

from django.db import models
from django.db.models import CompositePrimaryKey

from ledger.columns import tenant_column
from ledger.period_models import Period, PeriodMove

PROTECT = models.PROTECT
__all__ = ["Period", "PeriodMove", "tenant_column"]  # what this module hands on


class Tenant(models.Model):
    slug = models.TextField(unique=True)
    name = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_tenant"

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    code = models.TextField(primary_key=True)
    exponent = models.SmallIntegerField()
    name = models.TextField()
    version = models.IntegerField()

    class Meta:
        managed = False
        db_table = "ledger_asset"

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    class Kind(models.TextChoices):
        ASSET = "ASSET"
        EXPENSE = "EXPENSE"
        LIABILITY = "LIABILITY"
        EQUITY = "EQUITY"
        REVENUE = "REVENUE"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    normal_side = models.GeneratedField(
        expression=models.Case(
            models.When(kind__in=["ASSET", "EXPENSE"], then=models.Value("DEBIT")),
            default=models.Value("CREDIT"),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    asset = models.ForeignKey(Asset, on_delete=PROTECT, db_column="asset")
    opened_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_account"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class LedgerTransaction(models.Model):
    class Status(models.TextChoices):
        PENDING = "PENDING"
        POSTED = "POSTED"
        FAILED = "FAILED"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField()
    status = models.TextField(choices=Status.choices)
    use_case = models.TextField()
    payment_id = models.TextField(null=True)
    partner_reference = models.TextField(null=True)
    reference_key = models.TextField(null=True, editable=False)
    batch_reference = models.TextField(null=True)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    reverses = models.OneToOneField("self", null=True, on_delete=PROTECT, related_name="reversal")
    corrects = models.OneToOneField("self", null=True, on_delete=PROTECT, related_name="correction")
    adjusts_on = models.DateField(null=True)
    decision_id = models.BigIntegerField()
    idempotency_key = models.TextField()
    fingerprint = models.BinaryField()
    metadata = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "ledger_transaction"

    def __str__(self) -> str:
        return f"LT-{str(self.public_id)[:8].upper()}"


class Entry(models.Model):
    class Direction(models.TextChoices):
        DEBIT = "DEBIT"
        CREDIT = "CREDIT"

    tenant_id = tenant_column()
    pk = CompositePrimaryKey("transaction_id", "leg")
    transaction = models.ForeignKey(LedgerTransaction, on_delete=PROTECT, related_name="entries")
    leg = models.SmallIntegerField()
    account = models.ForeignKey(Account, on_delete=PROTECT, related_name="entries")
    direction = models.TextField(choices=Direction.choices)
    amount_minor = models.DecimalField(max_digits=60, decimal_places=0)

    class Meta:
        managed = False
        db_table = "ledger_entry"

    def __str__(self) -> str:
        return f"{self.transaction_id}.{self.leg} {self.direction} {self.amount_minor}"


class TransactionMove(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    transaction = models.OneToOneField(LedgerTransaction, on_delete=PROTECT, related_name="move")
    from_status = models.TextField()
    to_status = models.TextField()
    effective_on = models.DateField()
    adjusts_on = models.DateField(null=True)
    decision_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_transaction_move"

    def __str__(self) -> str:
        return f"{self.from_status} to {self.to_status}"


class AuditEntry(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor = models.TextField()
    role = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    why = models.TextField()
    policy_version = models.TextField()
    detail = models.JSONField(default=dict)
    content_sha256 = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "audit_entry"

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditVerification(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    ok = models.BooleanField()
    row_count = models.BigIntegerField()
    block_count = models.BigIntegerField()
    unsealed = models.BigIntegerField()
    transactions = models.BigIntegerField()
    head = models.TextField()
    first_bad = models.TextField(default="")
    verified_by = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_verification"

    def __str__(self) -> str:
        return f"verification {self.id}"


class AuditAnchor(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    block = models.BigIntegerField()
    row_count = models.BigIntegerField()
    head = models.TextField()
    note = models.TextField()
    place = models.TextField()
    made_by = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_anchor"

    def __str__(self) -> str:
        return f"anchor of block {self.block}"


class AuditBlock(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("tenant_id", "number")
    number = models.BigIntegerField()
    epoch = models.TextField()
    row_count = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows_sha256 = models.BinaryField()
    previous = models.BinaryField()
    sha256 = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "audit_block"

    def __str__(self) -> str:
        return f"block {self.number}"
