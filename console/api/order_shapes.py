"""The shapes of orders for the API's schema. Checking is done by the use cases."""

from rest_framework import serializers as s

from console.api.fields import MINOR, Instant, InstantOrNone, amount
from console.api.shapes import MOST_ROWS
from ledger.assets import EXPONENTS
from reconciliation.commerce.requests import LONGEST_REF
from reconciliation.commerce.rules import SOURCES, STATES
from reconciliation.stated import UNSEEN

PLAIN = r"^([a-z][a-z0-9_-]{0,31})?$"
# A text that is compared has no blank at either end.
EXACT = rf"^([^{UNSEEN} ]([^{UNSEEN}]*[^{UNSEEN} ])?)?$"


def exact(*, needed: bool = True, says: str = "") -> s.CharField:
    """A reference of the shop's."""
    if needed:
        return s.RegexField(EXACT, min_length=1, max_length=LONGEST_REF, help_text=says)
    return s.RegexField(EXACT, max_length=LONGEST_REF, required=False, allow_null=True, help_text=says)


def plain(says: str) -> s.CharField:
    """A word of small letters, or nothing."""
    return s.RegexField(PLAIN, required=False, allow_null=True, help_text=says)


class OrderStatedSerializer(s.Serializer[object]):
    order_ref = exact(says="the shop's own order id: the same id with another content is refused; no part is . or ..")
    payment_id = exact(needed=False, says="the payment's id, where the shop knows it")
    merchant_reference = exact(needed=False)
    amount_minor = amount("what the customer is to pay")
    asset = s.ChoiceField(choices=sorted(EXPONENTS))
    rail = plain("onchain, lightning, card, bank …")
    network = plain("")
    placed_at = Instant(help_text="with its offset")
    due_at = InstantOrNone(required=False, help_text="until when the payment is expected")
    metadata = s.DictField(required=False)


class OrdersSerializer(s.Serializer[object]):
    orders = s.ListField(child=OrderStatedSerializer(), min_length=1, max_length=MOST_ROWS)


class RecordedSerializer(s.Serializer[object]):
    order_ref = s.CharField()
    created = s.BooleanField(help_text="false when it was recorded before")
    state = s.ChoiceField(choices=STATES)


class OrderToldSerializer(s.Serializer[object]):
    order_ref = s.CharField()
    payment_id = s.CharField(allow_blank=True)
    merchant_reference = s.CharField(allow_blank=True)
    amount_minor = s.CharField(help_text=MINOR)
    asset = s.CharField()
    rail = s.CharField(allow_blank=True)
    network = s.CharField(allow_blank=True)
    placed_at = s.DateTimeField()
    due_at = s.DateTimeField(allow_null=True)
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
