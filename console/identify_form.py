"""The form that gives a receipt in suspense to its payment."""

from collections.abc import Iterable
from typing import Any

from django import forms

from ledger.models import Account
from reconciliation.corrections.reason_codes import ALLOWED, LONGEST, WORDS


class IdentifyReceipt(forms.Form):
    """`counters` are the accounts that the receipt may go to; one alone, named by the payment's own posting, is chosen already.
    `explained`: something speaks against it, so the note is needed."""

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

    def __init__(
        self, *args: Any, counters: Iterable[Account], expected: bool = False, explained: bool = False, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.offer(counters, expected=expected, explained=explained)

    def offer(self, counters: Iterable[Account], *, expected: bool, explained: bool) -> None:
        """The accounts to choose from, as the payment that was looked up leaves them."""
        choices = [(a.code, f"{a} ({a.asset_id})") for a in counters]
        if not (expected and len(choices) == 1):
            choices = [("", "Choose the receivable"), *choices]
        self.fields["counter"].choices = choices  # type: ignore[attr-defined]
        self.fields["note"].required = explained
