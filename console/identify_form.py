"""The form that gives a receipt in suspense to its payment."""

from collections.abc import Iterable
from typing import Any

from django import forms

from ledger.models import Account
from reconciliation.corrections.reason_codes import ALLOWED, LONGEST, WORDS


class IdentifyReceipt(forms.Form):
    """`counters` are the ledger accounts that no bank's lines are held against."""

    payment_id = forms.CharField(label="Payment", max_length=200)
    counter = forms.ChoiceField(
        label="Goes to",
        choices=[],
        help_text="The receivable that the payment was expected on, in the receipt's currency.",
    )
    reason_code = forms.ChoiceField(label="Reason", choices=[(c, WORDS[c].capitalize()) for c in ALLOWED["identify"]])
    note = forms.CharField(
        label="How you know", max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What you saw, and where it can be seen.",
    )  # fmt: skip

    def __init__(self, *args: Any, counters: Iterable[Account], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["counter"].choices = [(a.code, f"{a} ({a.asset_id})") for a in counters]  # type: ignore[attr-defined]
