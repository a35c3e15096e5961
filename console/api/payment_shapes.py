"""The shapes of payments, events and cases for the API's schema."""

from rest_framework import serializers as s

MINOR = "integer minor units, as text"


class HitSerializer(s.Serializer[object]):
    key = s.CharField(help_text="what /payments/{key}/ takes")
    found_by = s.CharField()
    exact = s.BooleanField()


class HitsSerializer(s.Serializer[object]):
    hits = HitSerializer(many=True)


class PlaneSerializer(s.Serializer[object]):
    plane = s.ChoiceField(choices=["commerce", "provider", "ledger", "bank"])
    word = s.CharField()
    badge = s.CharField()
    since = s.DateTimeField(allow_null=True, help_text="or until when it is expected")
    says = s.CharField(allow_blank=True)


class OrderShortSerializer(s.Serializer[object]):
    order_ref = s.CharField()
    state = s.CharField()
    amount_minor = s.CharField(help_text=MINOR)
    asset = s.CharField()


class ProviderPaymentSerializer(s.Serializer[object]):
    payment_ref = s.CharField()
    status = s.ChoiceField(choices=["pending", "paid", "confirmed", "expired", "failed"])
    flags = s.ListField(child=s.CharField())
    asset = s.CharField(allow_blank=True)
    detected_minor = s.CharField(allow_null=True, help_text=MINOR)
    confirmed_minor = s.CharField(allow_null=True, help_text=MINOR)


class TransactionShortSerializer(s.Serializer[object]):
    id = s.UUIDField()
    use_case = s.CharField()
    status = s.CharField()
    amount_minor = s.CharField(help_text=MINOR)
    asset = s.CharField()
    effective_on = s.DateField()


class BankLineSerializer(s.Serializer[object]):
    reference = s.CharField(allow_blank=True)
    amount_minor = s.CharField(help_text=MINOR)
    asset = s.CharField()
    counts_on = s.DateField()


class CaseShortSerializer(s.Serializer[object]):
    case = s.CharField()
    state = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return super().get_fields() | {"class": s.CharField()}


class PaymentSerializer(s.Serializer[object]):
    payment_id = s.CharField()
    headline = s.CharField()
    sentence = s.CharField(help_text='for the customer; "" where none is party to it')
    planes = PlaneSerializer(many=True)
    orders = OrderShortSerializer(many=True)
    provider_payments = ProviderPaymentSerializer(many=True)
    transactions = TransactionShortSerializer(many=True)
    bank_lines = BankLineSerializer(many=True)
    cases = CaseShortSerializer(many=True)


class EventSerializer(s.Serializer[object]):
    id = s.UUIDField()
    endpoint = s.CharField()
    event_id = s.CharField()
    type = s.CharField()
    provider_type = s.CharField()
    payment_ref = s.CharField(allow_blank=True)
    order_ref = s.CharField(allow_blank=True)
    occurred_at = s.DateTimeField()
    received_at = s.DateTimeField()
    amount_minor = s.CharField(allow_null=True, help_text=MINOR)
    asset = s.CharField(allow_blank=True)
    txid = s.CharField(allow_blank=True)
    flags = s.ListField(child=s.CharField())


class EventPageSerializer(s.Serializer[object]):
    events = EventSerializer(many=True)
    next = s.CharField(allow_null=True)


class CaseSerializer(CaseShortSerializer):
    cause = s.IntegerField(allow_null=True)
    title = s.CharField()
    planes = s.CharField(help_text="ledger-bank, commerce-provider or provider-ledger")
    account = s.CharField(allow_null=True)
    day = s.DateField()
    contribution_minor = s.CharField(help_text=MINOR)
    asset = s.CharField()
    payment_id = s.CharField(allow_blank=True)
    opened_at = s.DateTimeField()
    due_at = s.DateTimeField()


class CasePageSerializer(s.Serializer[object]):
    cases = CaseSerializer(many=True)
    next = s.CharField(allow_null=True)
