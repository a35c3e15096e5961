from django.db import models

from ledger.models import tenant_column
from reconciliation.bank.models import BankAccount
from reconciliation.people.models import Person

PROTECT = models.PROTECT


class Incident(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="incidents")
    freeze_id = models.BigIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    run_label = models.TextField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "incident"

    def __str__(self) -> str:
        return f"IN-{self.number}"


class IncidentCase(models.Model):
    """`case_id` is an exception case's: cases stand above this package."""

    tenant_id = tenant_column()
    case_id = models.BigIntegerField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=PROTECT, related_name="cases")
    joined_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "incident_case"

    def __str__(self) -> str:
        return f"{self.case_id} in {self.incident_id}"


class PartnerCall(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=PROTECT, related_name="calls")
    called_at = models.DateTimeField()
    caller_person = models.ForeignKey(Person, on_delete=PROTECT, db_column="caller_id", related_name="+")
    caller = models.TextField()
    spoke_with = models.TextField()
    said = models.TextField()
    reference = models.TextField()
    recorded_at = models.DateTimeField()
    sent_key = models.TextField()

    class Meta:
        managed = False
        db_table = "incident_call"

    def __str__(self) -> str:
        return f"{self.caller} with {self.spoke_with}"


class IncidentNote(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=PROTECT, related_name="notes")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=PROTECT, related_name="+")
    actor = models.TextField()
    text = models.TextField()
    sent_key = models.TextField()

    class Meta:
        managed = False
        db_table = "incident_note"

    def __str__(self) -> str:
        return f"{self.actor}: {self.text:.40}"


class IncidentRelease(models.Model):
    tenant_id = tenant_column()
    incident = models.OneToOneField(Incident, on_delete=PROTECT, primary_key=True, related_name="release")
    released_at = models.DateTimeField()
    released_by = models.TextField()
    root_cause = models.TextField()
    explanation = models.TextField()
    bundle_sha256 = models.BinaryField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "incident_release"

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.root_cause}"
