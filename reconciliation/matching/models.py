from django.db import models
from django.db.models import CompositePrimaryKey

from ledger.models import tenant_column
from reconciliation.bank.models import BankAccount
from reconciliation.columns import minor

PROTECT = models.PROTECT


class MatcherVersion(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    plane_pair = models.TextField()
    number = models.IntegerField()
    value_date_days = models.SmallIntegerField()
    amount_tolerance = models.JSONField()
    reference_form = models.TextField()
    narrative_pattern = models.TextField()
    service_hours = models.JSONField(db_default={})
    underpaid_up_to = models.JSONField(db_default={})
    decision_id = models.BigIntegerField()
    active_from = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "matcher_version"

    def __str__(self) -> str:
        return f"{self.plane_pair} v{self.number}"


class MatchRun(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT, related_name="runs")
    from_day = models.DateField()
    until_day = models.DateField()
    matcher_version = models.ForeignKey(MatcherVersion, on_delete=PROTECT)
    ledger_as_of = models.DateTimeField()
    statement_as_of = models.DateTimeField()
    asked_by = models.TextField()
    unique_key = models.TextField()
    entry_count = models.BigIntegerField()
    line_count = models.BigIntegerField()
    matched_count = models.BigIntegerField()
    decision_id = models.BigIntegerField()
    digest = models.BinaryField()

    class Meta:
        managed = False
        db_table = "match_run"

    def __str__(self) -> str:
        return f"MR-{self.number}"


class Match(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT)
    run = models.ForeignKey(MatchRun, on_delete=PROTECT)
    decision_id = models.BigIntegerField()
    day = models.DateField()
    rule = models.SmallIntegerField()
    days_apart = models.SmallIntegerField()
    retired_by = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "match"

    def __str__(self) -> str:
        return f"match {self.id}"


class MatchLeg(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("side", "row_id", "leg")
    side = models.SmallIntegerField()
    row_id = models.BigIntegerField()
    leg = models.SmallIntegerField()
    match = models.ForeignKey(Match, on_delete=PROTECT, related_name="legs")

    class Meta:
        managed = False
        db_table = "match_leg"

    def __str__(self) -> str:
        return f"{self.side}:{self.row_id}.{self.leg}"


class CountedShift(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("transaction_id", "leg", "part")
    bank_account = models.ForeignKey(BankAccount, on_delete=PROTECT)
    transaction_id = models.BigIntegerField()
    leg = models.SmallIntegerField()
    part = models.SmallIntegerField()
    match = models.ForeignKey(Match, on_delete=PROTECT, related_name="shifts")
    from_day = models.DateField()
    counted_on = models.DateField()
    signed_minor = minor()

    class Meta:
        managed = False
        db_table = "counted_shift"

    def __str__(self) -> str:
        return f"{self.transaction_id} counts on {self.counted_on}"


class LineIdentification(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("line_id", "transaction_id")
    line_id = models.BigIntegerField()
    transaction_id = models.BigIntegerField()
    bank_account_id = models.BigIntegerField()
    together = models.BooleanField()
    decision_id = models.BigIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "line_identification"

    def __str__(self) -> str:
        return f"line {self.line_id} {'with' if self.together else 'apart from'} {self.transaction_id}"


class PlaneRun(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    since = models.DateTimeField()
    as_of = models.DateTimeField()
    asked_by = models.TextField()
    unique_key = models.TextField()
    versions = models.JSONField()
    order_count = models.BigIntegerField()
    payment_count = models.BigIntegerField()
    posting_count = models.BigIntegerField()
    matched_count = models.BigIntegerField()
    expected_count = models.BigIntegerField()
    open_count = models.BigIntegerField()
    decision_id = models.BigIntegerField()
    digest = models.BinaryField()

    class Meta:
        managed = False
        db_table = "plane_run"

    def __str__(self) -> str:
        return f"MR-{self.number}"


class PlaneMatch(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    pair = models.TextField()
    run_id = models.BigIntegerField()
    payment_id = models.TextField()
    matched_by = models.SmallIntegerField()
    difference_minor = minor()
    asset = models.TextField()
    decision_id = models.BigIntegerField()
    retired_by = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "plane_match"

    def __str__(self) -> str:
        return f"{self.pair} {self.payment_id}"


class PlaneLeg(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("pair", "side", "row_id")
    pair = models.TextField()
    side = models.SmallIntegerField()
    row_id = models.BigIntegerField()
    match = models.ForeignKey(PlaneMatch, on_delete=PROTECT, related_name="legs")

    class Meta:
        managed = False
        db_table = "plane_leg"

    def __str__(self) -> str:
        return f"{self.pair} {self.side}.{self.row_id}"
