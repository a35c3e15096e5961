"""The forms of an incident's page. What they hold is judged by the use cases; here it is only read."""

from datetime import UTC
from typing import Any

from django import forms

from reconciliation.recovery.root_causes import LEAST, LONGEST, ROOT_CAUSES


class RecordCall(forms.Form):
    called_at = forms.DateTimeField(
        label="When, UTC", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    spoke_with = forms.CharField(label="Whom at the partner", max_length=140, help_text="Name and desk.")
    said = forms.CharField(label="What was said", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    reference = forms.CharField(label="Their reference", max_length=140, required=False)

    def asked(self) -> dict[str, Any]:
        """What `record_call` takes, once valid; the instant is read as UTC."""
        called = self.cleaned_data["called_at"]
        return self.cleaned_data | {"called_at": called if called.tzinfo else called.replace(tzinfo=UTC)}


class WriteNote(forms.Form):
    text = forms.CharField(
        label="Note", widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, help_text="Kept; it cannot be edited."
    )


class AskRelease(forms.Form):
    root_cause = forms.ChoiceField(label="Root cause", choices=[("", "choose"), *ROOT_CAUSES.items()])
    explanation = forms.CharField(
        label="What happened, and why it cannot happen again", widget=forms.Textarea(attrs={"rows": 4}), min_length=LEAST,
        max_length=LONGEST, error_messages={
            "min_length": f"Say what happened and why it cannot happen again, in {LEAST} characters or more."
        },
    )  # fmt: skip
