from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CompositePrimaryKey

from ledger.models import tenant_column
from reconciliation.bank.models import BankAccount
from reconciliation.columns import minor
from reconciliation.incidents.standing import CAUSE, is_released
from reconciliation.people.models import Person

PROTECT = models.PROTECT


class ExceptionCase(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        ASSIGNED = "assigned"
        WAITING = "waiting_approval"
        RESOLVED = "resolved"
        SNOOZED = "snoozed"
        REOPENED = "reopened"

    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    plane_pair = models.TextField(db_default="ledger-bank")
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="cases", null=True)
    day = models.DateField()
    exception_class = models.TextField()
    cause = models.SmallIntegerField(null=True)
    kind = models.TextField(db_default="")
    title = models.TextField()
    contribution_minor = minor()
    currency = models.TextField()
    payment_id = models.TextField(default="")
    reference = models.TextField(default="")
    severity = models.SmallIntegerField()
    state = models.TextField(choices=State.choices)
    owner = models.ForeignKey(Person, null=True, on_delete=PROTECT, related_name="cases")
    due_at = models.DateTimeField()
    snoozed_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_run_id = models.BigIntegerField()
    seen_run_id = models.BigIntegerField()
    run_count = models.IntegerField(default=1)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.TextField(default="")
    evidence = models.JSONField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "exception_case"

    def __str__(self) -> str:
        return f"C-{self.number}"

    @property
    def held(self) -> bool:
        """Whether it is a security hold that nobody has released. One query of such a case, none of any other."""
        if self.cause != CAUSE:
            return False
        known = getattr(self, "hold_released", None)  # a list's page knows it of every row
        return not (is_released(self.id) if known is None else known)

    @property
    def account(self) -> BankAccount:
        """The bank account of a case between ledger and bank; a case between other planes has none."""
        if self.bank_account is None:
            raise ValueError(f"{self} is between {self.plane_pair}")
        return self.bank_account


class CaseRow(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("side", "row_id", "leg", "day")
    side = models.SmallIntegerField()
    row_id = models.BigIntegerField()
    leg = models.SmallIntegerField()
    day = models.DateField()
    case = models.ForeignKey(ExceptionCase, on_delete=PROTECT, related_name="rows")

    class Meta:
        managed = False
        db_table = "case_row"

    def __str__(self) -> str:
        return f"{self.side}:{self.row_id}.{self.leg}"


class CaseEvent(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ExceptionCase, on_delete=PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.TextField()
    actor = models.TextField()
    person = models.ForeignKey(Person, null=True, on_delete=PROTECT)
    text = models.TextField()
    detail = models.JSONField(default=dict)
    sent_key = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "case_event"

    def __str__(self) -> str:
        return f"{self.kind} {self.text[:40]}"


class CaseSelection(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(db_default=models.Func(function="gen_random_uuid", output_field=models.UUIDField()))
    made_by = models.ForeignKey(Person, on_delete=PROTECT, db_column="made_by")
    made_at = models.DateTimeField()
    act = models.TextField()
    case_ids = ArrayField(models.BigIntegerField())

    class Meta:
        managed = False
        db_table = "case_selection"

    def __str__(self) -> str:
        return f"{len(self.case_ids)} cases"
