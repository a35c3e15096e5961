"""The shapes of the API for its schema. Checking is done by the use cases, in one place for every door."""

from rest_framework import serializers as s

from reconciliation.corrections.reason_codes import WORDS

ANY_ID = "its whole id, or the short one that pages show, LT-1A2B3C4D"


class EntrySerializer(s.Serializer[object]):
    account = s.CharField(help_text="ledger account code")
    direction = s.ChoiceField(choices=["DEBIT", "CREDIT"])
    amount_minor = s.RegexField(r"^[1-9][0-9]{0,58}$", help_text="positive integer of minor units, as text")


class PostingSerializer(s.Serializer[object]):
    key = s.CharField(max_length=200, help_text="idempotency key: the same key with another content is refused")
    use_case = s.RegexField(r"^[a-z][a-z0-9_]{0,63}$")
    status = s.ChoiceField(choices=["PENDING", "POSTED"], required=False)
    effective_on = s.DateField(required=False, allow_null=True)
    payment_id = s.CharField(max_length=140, required=False, allow_null=True)
    partner_reference = s.CharField(max_length=140, required=False, allow_null=True)
    batch_reference = s.CharField(max_length=140, required=False, allow_null=True)
    metadata = s.DictField(required=False)
    corrects = s.CharField(
        required=False,
        allow_null=True,
        help_text=f"the failed or reversed transaction that this re-posts, by {ANY_ID}",
    )
    entries = EntrySerializer(many=True)


class PostingsSerializer(s.Serializer[object]):
    postings = PostingSerializer(many=True)


class PostedSerializer(s.Serializer[object]):
    key = s.CharField()
    id = s.UUIDField()
    created = s.BooleanField()


class SettleSerializer(s.Serializer[object]):
    effective_on = s.DateField(required=False, allow_null=True, help_text="the bank's value date; ignored by fail")
    why = s.CharField(required=False, allow_blank=True, max_length=500)


class ReconcileSerializer(s.Serializer[object]):
    account = s.CharField(help_text="bank account code")
    period = s.DateField(required=False, help_text="one settlement day; without it every day up to today")


class StatementUploadSerializer(s.Serializer[object]):
    file = s.FileField()
    account = s.CharField(help_text="bank account code")
    format = s.ChoiceField(choices=["auto", "camt053", "mt940", "bai2", "csv"], required=False)
    profile = s.CharField(required=False, help_text="name of the saved CSV profile")


class AskedSerializer(s.Serializer[object]):
    kind = s.ChoiceField(choices=["reverse", "confirm"])
    transaction = s.CharField(help_text=ANY_ID)
    reason_code = s.ChoiceField(choices=list(WORDS), help_text="; ".join(f"{c}: {w}" for c, w in WORDS.items()))
    note = s.CharField(required=False, allow_blank=True, max_length=2000, help_text="needed with OTHER")
    case = s.IntegerField(
        required=False,
        allow_null=True,
        help_text="the case's number; a confirmation needs it, a reversal takes the transaction's open case without it",
    )
    key = s.CharField(max_length=200, help_text="idempotency key: the same key with another content is refused")


class RequestedSerializer(s.Serializer[object]):
    request = s.CharField(help_text="the request's name, CR-12")
    state = s.CharField()
    expires_at = s.DateTimeField()
    created = s.BooleanField(help_text="false when the key was sent before")


class CorrectionSerializer(s.Serializer[object]):
    request = s.CharField(help_text="the request's name, CR-12")
    state = s.CharField(help_text="open, executed, rejected, withdrawn, expired or stale")
    kind = s.CharField(help_text="reverse or confirm")
    transaction = s.UUIDField()
    case = s.IntegerField(allow_null=True)
    amount_minor = s.CharField(help_text="integer of minor units, as text")
    currency = s.CharField()
    reason_code = s.CharField()
    note = s.CharField()
    made_by = s.CharField()
    made_at = s.DateTimeField()
    expires_at = s.DateTimeField()
    ended_at = s.DateTimeField(allow_null=True)
    quorum = s.IntegerField(help_text="how many others must agree")
    approvals = s.IntegerField()
    rejected_because = s.CharField(allow_null=True)
    written = s.ListField(child=s.UUIDField(), help_text="the transactions that its execution wrote")


class ProblemSerializer(s.Serializer[object]):
    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    where = s.CharField(required=False)
