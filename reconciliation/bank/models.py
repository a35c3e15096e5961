"""Bank accounts, calendars, imports, statements and lines as Django sees them. SQL owns the schema (bank/sql/)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CompositePrimaryKey

from ledger.models import Account, tenant_column
from reconciliation.columns import minor

PROTECT = models.PROTECT


class BankAccount(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    partner = models.TextField()
    number = models.TextField()
    currency = models.TextField()
    ledger_account = models.OneToOneField(Account, on_delete=PROTECT, related_name="bank_account")
    opened_on = models.DateField()

    class Meta:
        managed = False
        db_table = "bank_account"

    def __str__(self) -> str:
        return self.name


class BankCalendar(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="calendars")
    effective_from = models.DateField()
    zone = models.TextField()
    cutover = models.TimeField()
    closed_weekdays = ArrayField(models.SmallIntegerField())
    holidays = ArrayField(models.DateField())
    grace_days = models.SmallIntegerField()
    due_hours = models.SmallIntegerField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "bank_calendar"

    def __str__(self) -> str:
        return f"{self.zone} {self.cutover} from {self.effective_from}"


class BookingAccount(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="booking_accounts")
    use_case = models.TextField()
    bank_code = models.TextField(db_default="")
    counter = models.ForeignKey(Account, on_delete=PROTECT, related_name="+")
    true_up = models.ForeignKey(Account, on_delete=PROTECT, related_name="+", null=True)
    ledger_account = models.ForeignKey(Account, on_delete=PROTECT, related_name="+")
    currency = models.TextField()
    active_from = models.DateTimeField()
    set_by = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "booking_account"

    def __str__(self) -> str:
        return f"{self.use_case} of {self.bank_account_id}"


class BankPeriod(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("bank_account_id", "day")
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="periods")
    day = models.DateField()
    until_on = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ordinal = models.IntegerField()
    grace_days = models.SmallIntegerField()
    calendar = models.ForeignKey(BankCalendar, on_delete=PROTECT)

    class Meta:
        managed = False
        db_table = "bank_period"

    def __str__(self) -> str:
        return str(self.day)


class CsvProfile(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    version = models.IntegerField()
    mapping = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bank_csv_profile"

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class BankImport(models.Model):
    class State(models.TextChoices):
        RECEIVED = "received"
        READ = "read"
        REFUSED = "refused"
        IMPORTED = "imported"
        DISCARDED = "discarded"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField()))
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="imports")
    file_name = models.TextField()
    size_bytes = models.BigIntegerField()
    sha256 = models.BinaryField()
    format = models.TextField()
    profile = models.ForeignKey(CsvProfile, null=True, on_delete=PROTECT)
    received_at = models.DateTimeField()
    received_by = models.TextField()
    state = models.TextField(choices=State.choices, default=State.RECEIVED)
    progress = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    line_count = models.IntegerField(default=0)
    new_line_count = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "bank_import"

    def __str__(self) -> str:
        return self.file_name


class BankFile(models.Model):
    tenant_id = tenant_column()
    bank_import = models.OneToOneField(
        BankImport, on_delete=PROTECT, primary_key=True, db_column="import_id", related_name="file"
    )
    content = models.BinaryField()

    class Meta:
        managed = False
        db_table = "bank_file"

    def __str__(self) -> str:
        return f"file of import {self.bank_import_id}"


class BankSample(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField()))
    file_name = models.TextField()
    content = models.BinaryField()
    sha256 = models.BinaryField()
    kept_at = models.DateTimeField()
    kept_by = models.TextField()

    class Meta:
        managed = False
        db_table = "bank_sample"

    def __str__(self) -> str:
        return self.file_name


class BankStatement(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField()))
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="statements")
    bank_import = models.ForeignKey(BankImport, on_delete=PROTECT, db_column="import_id", related_name="statements")
    statement_ref = models.TextField()
    sequence = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField()
    opening_minor = minor(null=True)
    closing_minor = minor(null=True)
    line_count = models.IntegerField()
    in_force = models.BooleanField()
    intraday = models.BooleanField()
    findings = models.JSONField()
    imported_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bank_statement"

    def __str__(self) -> str:
        return self.statement_ref or str(self.id)


class BankLine(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="lines")
    statement = models.ForeignKey(BankStatement, on_delete=PROTECT, related_name="lines")
    number = models.IntegerField()
    reference = models.TextField()
    reference_key = models.TextField(editable=False)
    batch_reference = models.TextField()
    amount_minor = minor()
    value_on = models.DateField(null=True)
    booked_on = models.DateField(null=True)
    counts_on = models.DateField(editable=False)
    counts = models.BooleanField()
    status = models.TextField()
    code = models.TextField()
    kind = models.TextField()
    charge_minor = minor(null=True)
    bank_id = models.TextField()
    narrative = models.TextField()
    counterparty = models.TextField()
    raw = models.JSONField()
    identity = models.UUIDField()
    occurrence = models.IntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bank_line"

    def __str__(self) -> str:
        return f"line {self.number} of statement {self.statement_id}"
