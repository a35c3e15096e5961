"""The shapes of recovery runs in the API."""

from rest_framework import serializers as s

from reconciliation.cases.taxonomy import CLASSES

GAP_STATES = ["open", "asked", "look", "remains", "corrected", "accepted"]


class RecoverySerializer(s.Serializer[object]):
    recovery = s.CharField()
    title = s.CharField()
    state = s.ChoiceField(choices=["open", "withdrawn", "stopped", "closed"])
    step = s.IntegerField(help_text="the last step that is done, 0 before the first, of 6")
    owner = s.CharField()
    opened_at = s.DateTimeField()
    freeze_until = s.DateTimeField(help_text="as planned; the freeze ends with the run")
    gaps = s.IntegerField()
    ended_at = s.DateTimeField(allow_null=True)


class RecoveriesSerializer(s.Serializer[object]):
    recoveries = RecoverySerializer(many=True)


class RecoveryStepSerializer(s.Serializer[object]):
    step = s.IntegerField()
    done_at = s.DateTimeField()
    done_by = s.CharField()
    sha256 = s.CharField(help_text="over the digest before and the step's document")


class RecoveryConditionSerializer(s.Serializer[object]):
    met = s.BooleanField()
    text = s.CharField()


class RecoveryValueSerializer(s.Serializer[object]):
    state = s.ChoiceField(choices=GAP_STATES)
    asset = s.CharField()
    gaps = s.IntegerField()
    value_minor = s.CharField(help_text="without signs, in minor units")


class OneRecoverySerializer(s.Serializer[object]):
    recovery = s.CharField()
    title = s.CharField()
    state = s.ChoiceField(choices=["open", "withdrawn", "stopped", "closed"])
    sha256 = s.CharField(help_text="of the run's own document, which the first step carries")
    steps = RecoveryStepSerializer(many=True)
    gate = RecoveryConditionSerializer(many=True, help_text="what the next step waits for")
    values = RecoveryValueSerializer(many=True)


class RecoveryGapSerializer(s.Serializer[object]):
    gap = s.CharField()
    payment_id = s.CharField(allow_blank=True)
    order_ref = s.CharField(allow_blank=True)
    exception_class = s.ChoiceField(choices=list(CLASSES), help_text="as set, else as suggested")
    state = s.ChoiceField(choices=GAP_STATES)
    reason = s.CharField()
    asset = s.CharField(allow_blank=True)
    value_minor = s.CharField(help_text="signed: received less ordered")
    requests = s.ListField(child=s.CharField(), help_text="the corrections that are tied to it")


class RecoveryGapPageSerializer(s.Serializer[object]):
    gaps = RecoveryGapSerializer(many=True)
    next = s.CharField(allow_null=True)


class SetClassSerializer(s.Serializer[object]):
    exception_class = s.ChoiceField(choices=list(CLASSES))
    key = s.RegexField(r"^[A-Za-z0-9]{1,64}$", help_text="of this very act: sent again it sets nothing")


class ClassSetSerializer(s.Serializer[object]):
    gap = s.CharField()
    exception_class = s.ChoiceField(choices=list(CLASSES))
    by = s.CharField()
    at = s.DateTimeField()
