"""The shapes of what machines ask, for the schema. Checking is done by the use cases, in one place for every door."""

from rest_framework import serializers as s

from console.api.fields import MINOR, amount, text
from console.asking import LARGEST_CASE, LONGEST_WORD
from ledger.balancing import MAX_LEGS
from reconciliation.corrections.reason_codes import LONGEST, WORDS

ANY_ID = "its whole id, or the short one that pages show, LT-1A2B3C4D"
MOST_ROWS = 5000


class EntrySerializer(s.Serializer[object]):
    account = text(64, says="ledger account code")
    direction = s.ChoiceField(choices=["DEBIT", "CREDIT"])
    amount_minor = amount("positive: the direction carries the sign")


class PostingSerializer(s.Serializer[object]):
    key = text(200, says="idempotency key: the same key with another content is refused")
    use_case = s.RegexField(r"^[a-z][a-z0-9_]{0,63}$")
    status = s.ChoiceField(choices=["PENDING", "POSTED"], required=False)
    effective_on = s.DateField(required=False, allow_null=True)
    payment_id = text(140, needed=False)
    partner_reference = text(140, needed=False)
    batch_reference = text(140, needed=False)
    metadata = s.DictField(required=False, allow_null=True)
    corrects = text(64, needed=False, says=f"the failed or reversed transaction that this re-posts, by {ANY_ID}")
    entries = s.ListField(child=EntrySerializer(), min_length=2, max_length=MAX_LEGS)


class PostingsSerializer(s.Serializer[object]):
    postings = s.ListField(child=PostingSerializer(), min_length=1, max_length=MOST_ROWS)


class PostedSerializer(s.Serializer[object]):
    key = s.CharField()
    id = s.UUIDField()
    created = s.BooleanField(help_text="false: the key was sent before, and stands as then")


class RequestWaitsSerializer(s.Serializer[object]):
    request = s.CharField(help_text="CR-12, as the approvals page names it")
    state = s.ChoiceField(choices=["open", "executed"])
    quorum = s.IntegerField(help_text="how many must approve; none of them answers for the token")
    roles = s.ListField(child=s.CharField())
    policy = s.CharField(help_text="the policy and its version that ask for it")
    expires_at = s.DateTimeField()
    created = s.BooleanField(help_text="false: the key was sent before, and waits as then")


class WaitingSerializer(RequestWaitsSerializer):
    key = s.CharField()


class SettlingSerializer(RequestWaitsSerializer):
    id = s.UUIDField()


class SettleSerializer(s.Serializer[object]):
    effective_on = s.DateField(required=False, allow_null=True, help_text="the bank's value date; ignored by fail")
    why = s.RegexField(r"^[^\x00]*$", required=False, max_length=500)


class SettledSerializer(s.Serializer[object]):
    id = s.UUIDField()
    status = s.ChoiceField(choices=["POSTED", "FAILED"])


class ReconcileSerializer(s.Serializer[object]):
    account = text(64, says="bank account code")
    period = s.DateField(
        required=False, allow_null=True, help_text="one settlement day; without it every day up to today"
    )


class ContributionSerializer(s.Serializer[object]):
    contribution = s.CharField(help_text=MINOR)
    cause = s.IntegerField(allow_null=True)
    payment_ids = s.ListField(child=s.CharField())
    entries = s.ListField(child=s.CharField(), help_text="transaction id and leg")
    lines = s.ListField(child=s.CharField(), help_text="statement id and line")
    reason = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return super().get_fields() | {"class": s.CharField()}


class CheckSerializer(s.Serializer[object]):
    account = s.CharField()
    period = s.DateField(help_text="the settlement day")
    verdict = s.ChoiceField(choices=["CLEAN", "DRIFTED", "UNKNOWN"])
    timing_only = s.BooleanField()
    ledger_total = s.CharField(help_text=MINOR)
    statement_total = s.CharField(allow_null=True, help_text=MINOR)
    drift = s.CharField(allow_null=True, help_text=f"{MINOR}; null while it is unknown")
    gross = s.CharField(allow_null=True, help_text=MINOR)
    unexplained = s.CharField(allow_null=True, help_text=MINOR)
    unknown_because = s.ListField(child=s.CharField())
    check = s.UUIDField()
    ledger_as_of = s.DateTimeField()
    statement_as_of = s.DateTimeField()
    contributions = ContributionSerializer(many=True)


class GateDaySerializer(s.Serializer[object]):
    period = s.DateField(help_text="the settlement day")
    reason = s.CharField()


class GateSerializer(s.Serializer[object]):
    open = s.BooleanField()
    clean_days = s.IntegerField(help_text="in a row, up to the last due day")
    needed = s.IntegerField()
    resets = GateDaySerializer(many=True, help_text="the days that ended a run, the last first")
    blocks = s.ListField(child=s.CharField(), help_text="what shuts it whatever the days say")
    waits = GateDaySerializer(allow_null=True, help_text="the day at which the count stands")


class IncidentSerializer(s.Serializer[object]):
    incident = s.CharField()
    account = s.CharField(help_text="code of the bank account")
    ledger_account = s.CharField(help_text="code of the ledger account that is frozen while it stands open")
    state = s.ChoiceField(choices=["open", "released"])
    opened_at = s.DateTimeField()
    run = s.CharField()
    cases = s.ListField(child=s.CharField())
    calls = s.IntegerField(help_text="calls to the partner on record")
    bundles = s.IntegerField(help_text="sealed evidence bundles")
    released_at = s.DateTimeField(allow_null=True)
    root_cause = s.CharField(allow_null=True)


class IncidentsSerializer(s.Serializer[object]):
    incidents = IncidentSerializer(many=True)


class PeriodBalanceSerializer(s.Serializer[object]):
    plane_pair = s.CharField()
    exception_class = s.CharField()
    currency = s.CharField()
    counts = s.ListField(child=s.IntegerField(), help_text="open at its start, new, ended, open at its end")
    gross = s.ListField(child=s.CharField(), help_text="the same in integer minor units")


class PeriodSerializer(s.Serializer[object]):
    first_on = s.DateField()
    until_on = s.DateField(help_text="the day after its last")
    state = s.ChoiceField(choices=["open", "closed", "reopened"])
    times_reopened = s.IntegerField()
    closed_at = s.DateTimeField(allow_null=True)
    balances = PeriodBalanceSerializer(many=True, allow_null=True, help_text="null where they are not counted")


class PeriodsSerializer(s.Serializer[object]):
    open_from = s.DateField(allow_null=True, help_text="the first open day, null while nothing is closed")
    periods = PeriodSerializer(many=True, help_text="the newest first")


class ReportSerializer(s.Serializer[object]):
    checks = CheckSerializer(many=True)


class ReportPageSerializer(ReportSerializer):
    next = s.CharField(allow_null=True, help_text="the cursor of the next page")


class StatementUploadSerializer(s.Serializer[object]):
    file = s.FileField()
    account = text(64, says="bank account code")
    format = s.ChoiceField(choices=["auto", "camt053", "mt940", "bai2", "ofx", "csv"], required=False)
    profile = s.CharField(required=False, help_text="name of the saved CSV profile")


class ImportedSerializer(s.Serializer[object]):
    state = s.CharField()
    repeated = s.BooleanField(help_text="the same bytes were imported before: nothing was done")
    new_lines = s.IntegerField()
    statements = s.ListField(
        child=s.CharField(), help_text="in_force, not_in_force, intraday, repeated or refused, one each"
    )

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        return {"import": s.UUIDField()} | super().get_fields()


class AskedSerializer(s.Serializer[object]):
    kind = s.ChoiceField(choices=["reverse", "confirm", "repost", "book", "identify"])
    transaction = text(LONGEST_WORD, needed=False, says=f"{ANY_ID}; of the receipt to identify; a booking names none")
    payment = text(LONGEST_WORD, needed=False, says="of identify: the payment that the receipt belongs to")
    counter = text(LONGEST_WORD, needed=False, says="of identify: the code of the account that it goes to")
    reason_code = s.ChoiceField(choices=list(WORDS), help_text="; ".join(f"{c}: {w}" for c, w in WORDS.items()))
    note = s.RegexField(r"^[^\x00]*$", required=False, max_length=LONGEST, help_text="needed with OTHER")
    case = s.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_CASE - 1,
        help_text="the case's number; all but a reversal need it, which takes the transaction's open case without it",
    )
    key = text(LONGEST_WORD, says="idempotency key: the same key with another content is refused")


class RequestedSerializer(s.Serializer[object]):
    request = s.CharField(help_text="the request's name, CR-12")
    state = s.CharField()
    expires_at = s.DateTimeField()
    created = s.BooleanField(help_text="false when the key was sent before")


class WithdrawnSerializer(s.Serializer[object]):
    request = s.CharField(help_text="the request's name, CR-12")
    state = s.CharField(help_text="withdrawn")


class CorrectionSerializer(s.Serializer[object]):
    request = s.CharField(help_text="the request's name, CR-12")
    state = s.CharField(help_text="open, executed, rejected, withdrawn, expired or stale")
    kind = s.CharField(help_text="reverse, confirm, repost, book or identify")
    transaction = s.UUIDField()
    case = s.IntegerField(allow_null=True)
    amount_minor = s.CharField(help_text=MINOR)
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
    type = s.CharField(help_text="the refusal's stable code")
    title = s.CharField()
    status = s.IntegerField()
    where = s.CharField(required=False, help_text="the field or the place")
