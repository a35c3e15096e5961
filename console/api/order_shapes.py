"""The shapes of orders for the API's schema. Checking is done by the use cases."""

from rest_framework import serializers as s

from reconciliation.commerce.rules import SOURCES, STATES

PLAIN = r"^[a-z][a-z0-9_-]{0,31}$"


class OrderSerializer(s.Serializer[object]):
    order_ref = s.CharField(
        max_length=140, help_text="the shop's own order id: the same id with another content is refused"
    )
    payment_id = s.CharField(
        max_length=140, required=False, allow_blank=True, help_text="the payment's id, where the shop knows it"
    )
    merchant_reference = s.CharField(max_length=140, required=False, allow_blank=True)
    amount_minor = s.RegexField(
        r"^[1-9][0-9]{0,58}$", help_text="what the customer is to pay, in integer minor units, as text"
    )
    asset = s.CharField(max_length=10)
    rail = s.RegexField(PLAIN, required=False, allow_blank=True, help_text="onchain, lightning, card, bank …")
    network = s.RegexField(PLAIN, required=False, allow_blank=True)
    placed_at = s.DateTimeField(help_text="with its offset")
    due_at = s.DateTimeField(required=False, allow_null=True, help_text="until when the payment is expected")


class OrderStatedSerializer(OrderSerializer):
    metadata = s.DictField(required=False)


class OrdersSerializer(s.Serializer[object]):
    orders = OrderStatedSerializer(many=True)


class RecordedSerializer(s.Serializer[object]):
    order_ref = s.CharField()
    created = s.BooleanField(help_text="false when it was recorded before")
    state = s.ChoiceField(choices=STATES)


class OrderToldSerializer(OrderSerializer):
    state = s.ChoiceField(choices=STATES)
    recorded_at = s.DateTimeField()
    source = s.CharField(help_text="the door it came by: api or csv")  # type: ignore[assignment]  # a declared field, taken out of the class


class OrderPageSerializer(s.Serializer[object]):
    orders = OrderToldSerializer(many=True)
    next = s.CharField(allow_null=True, help_text="the cursor of the next page")


class OrderMoveSerializer(s.Serializer[object]):
    at = s.DateTimeField()
    from_state = s.CharField()
    to_state = s.CharField(help_text=", ".join(STATES))
    source = s.CharField(help_text=", ".join(SOURCES))  # type: ignore[assignment]  # a declared field, taken out of the class
    reason_code = s.CharField()
    ticket = s.CharField()


class WholeOrderSerializer(OrderToldSerializer):
    metadata = s.DictField()
    moves = OrderMoveSerializer(many=True, help_text="newest first")
