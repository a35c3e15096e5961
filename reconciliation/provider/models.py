"""The provider plane as Django sees it. SQL owns the schema (provider/sql/)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CompositePrimaryKey

from ledger.models import tenant_column
from reconciliation.columns import minor, random_id

PROTECT = models.PROTECT


class Endpoint(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    scheme = models.TextField()
    token = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()
    decision_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "provider_endpoint"

    def __str__(self) -> str:
        return self.name


class EndpointKey(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="keys")
    sealed = models.BinaryField()
    hint = models.TextField()
    added_at = models.DateTimeField()
    added_by = models.TextField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "provider_key"

    def __str__(self) -> str:
        return f"…{self.hint}"


class Delivery(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = random_id()
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="deliveries")
    received_at = models.DateTimeField()
    origin = models.TextField()
    headers = models.JSONField()
    body = models.BinaryField()
    reason = models.TextField()
    key_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "provider_delivery"

    def __str__(self) -> str:
        return f"delivery {self.public_id}"


class InboxItem(models.Model):
    tenant_id = tenant_column()
    delivery = models.OneToOneField(Delivery, on_delete=PROTECT, primary_key=True, related_name="waiting")
    attempts = models.SmallIntegerField(db_default=0)
    due_at = models.DateTimeField()
    last_error = models.TextField(db_default="")

    class Meta:
        managed = False
        db_table = "provider_inbox"

    def __str__(self) -> str:
        return f"waiting {self.delivery_id}"


class Quarantined(models.Model):
    class State(models.TextChoices):
        HELD = "held"
        RELEASED = "released"
        SET_ASIDE = "set_aside"

    tenant_id = tenant_column()
    delivery = models.OneToOneField(Delivery, on_delete=PROTECT, primary_key=True, related_name="held")
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="held")
    reason = models.TextField()
    detail = models.TextField()
    since = models.DateTimeField()
    state = models.TextField(choices=State.choices, db_default="held")
    ended_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "provider_quarantine"

    def __str__(self) -> str:
        return f"{self.reason} {self.delivery_id}"


class Event(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = random_id()
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="events")
    delivery = models.ForeignKey(Delivery, on_delete=PROTECT, related_name="events")
    event_id = models.TextField()
    content_sha256 = models.BinaryField()
    type = models.TextField()
    provider_type = models.TextField()
    payment_ref = models.TextField()
    order_ref = models.TextField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    amount_minor = minor(null=True)
    asset = models.TextField()
    txid = models.TextField()
    flags = ArrayField(models.TextField())
    detail = models.TextField()

    class Meta:
        managed = False
        db_table = "provider_event"

    def __str__(self) -> str:
        return f"{self.provider_type} {self.event_id}"


class Sighting(models.Model):
    tenant_id = tenant_column()
    pk = CompositePrimaryKey("event_id", "delivery_id")
    event = models.ForeignKey(Event, on_delete=PROTECT, related_name="sightings")
    delivery = models.ForeignKey(Delivery, on_delete=PROTECT, related_name="sightings")
    occurred_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "provider_sighting"

    def __str__(self) -> str:
        return f"{self.event_id} in {self.delivery_id}"


class ProviderPayment(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    public_id = random_id()
    endpoint = models.ForeignKey(Endpoint, on_delete=PROTECT, related_name="payments")
    payment_ref = models.TextField()
    order_ref = models.TextField(db_default="")
    payment_id = models.TextField(db_default="")
    status = models.TextField(db_default="pending")
    flags = ArrayField(models.TextField(), db_default=[])
    asset = models.TextField(db_default="")
    other_asset = models.TextField(db_default="")
    detected_minor = minor(null=True)
    confirmed_minor = minor(null=True)
    detected_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    first_event_at = models.DateTimeField()
    last_event_at = models.DateTimeField()
    event_count = models.IntegerField(db_default=0)
    doubts = ArrayField(models.TextField(), db_default=[])
    digest = models.BinaryField(db_default=b"")
    changed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "provider_payment"

    def __str__(self) -> str:
        return f"{self.payment_ref} {self.status}"


class ProviderMove(models.Model):
    tenant_id = tenant_column()
    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(ProviderPayment, on_delete=PROTECT, related_name="moves")
    at = models.DateTimeField()
    from_status = models.TextField()
    to_status = models.TextField()
    from_flags = ArrayField(models.TextField())
    to_flags = ArrayField(models.TextField())
    fell = models.BooleanField()
    decision_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "provider_move"

    def __str__(self) -> str:
        return f"{self.from_status} to {self.to_status}"
