"""The forms that ask to close a period and to open it again."""

from django import forms

from reconciliation.periods.asked_period import REOPEN_REASONS


class AskClosing(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = forms.CharField(
        label="Reason for what is carried over",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )


class AskReopening(forms.Form):
    reason_code = forms.ChoiceField(label="Reason", choices=list(REOPEN_REASONS.items()))
    note = forms.CharField(label="What for", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)
