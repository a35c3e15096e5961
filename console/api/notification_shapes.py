"""The shapes of notifications, for the schema."""

from rest_framework import serializers as s

from console.api.fields import MINOR
from reconciliation.oversight.escalation.acknowledge_notification import LONGEST_NOTE
from reconciliation.oversight.escalation.rules import SEVERITIES, SIGNALS


class ToldSerializer(s.Serializer[object]):
    receiver = s.CharField()
    kind = s.ChoiceField(choices=["mail", "slack", "pagerduty", "webhook"])
    state = s.ChoiceField(choices=["sent", "waiting", "dead"], help_text="dead: given up after the last try")
    tries = s.IntegerField()
    error = s.CharField(allow_blank=True, help_text="of the last try")


class TakenSerializer(s.Serializer[object]):
    by = s.CharField()
    at = s.DateTimeField()
    note = s.CharField(allow_blank=True)


class NotificationSerializer(s.Serializer[object]):
    notification = s.CharField(help_text="like N-12")
    rule = s.CharField()
    rule_version = s.IntegerField(help_text="0: as shipped")
    severity = s.ChoiceField(choices=list(SEVERITIES))
    title = s.CharField()
    signal = s.ChoiceField(choices=list(SIGNALS))
    account = s.CharField(help_text="bank account code")
    days = s.ListField(child=s.DateField())
    cases = s.ListField(child=s.CharField())
    drift_minor = s.CharField(help_text=f"signed, {MINOR}")
    gross_minor = s.CharField(help_text=MINOR)
    currency = s.CharField()
    since = s.DateTimeField()
    raised_at = s.DateTimeField()
    told = ToldSerializer(many=True)
    acknowledged = TakenSerializer(allow_null=True)


class NotificationPageSerializer(s.Serializer[object]):
    notifications = NotificationSerializer(many=True)
    next = s.CharField(allow_null=True)


class AcknowledgeSerializer(s.Serializer[object]):
    note = s.RegexField(r"^[^\x00]*$", max_length=LONGEST_NOTE, required=False, allow_null=True)


class AcknowledgedSerializer(TakenSerializer):
    notification = s.CharField()
