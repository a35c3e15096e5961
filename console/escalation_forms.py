"""Forms of Settings, Escalation. Addresses and keys are typed unseen and never sent back to the page."""

import re
from typing import Any

from django import forms

from console.pages.words import as_sentence
from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import minor_from_major
from reconciliation.oversight.escalation.addresses import LONGEST
from reconciliation.oversight.escalation.request_rule import LONGEST_NOTE
from reconciliation.oversight.escalation.rules import LONGEST_TITLE, MOST_HOURS, SEVERITIES

SIGNAL_WORDS = {
    "cause_1_clear": "cause 1: rejected by the bank", "soak_drift": "drift ended a run of clean days",
    "cause_4": "cause 4: never initiated by us", "sustained_drift": "drift over several runs",
}  # fmt: skip
NAMES = re.compile(r"[\s,]+")
LEAST = re.compile(r"\s*([A-Z0-9]{2,10})\s+([0-9.]+)\s*")


class AskRule(forms.Form):
    rule = forms.CharField(max_length=41, help_text="An existing rule, or a name for one of your own.")
    title = forms.CharField(max_length=LONGEST_TITLE)
    signal = forms.ChoiceField(choices=list(SIGNAL_WORDS.items()))
    severity = forms.ChoiceField(choices=[(s, s) for s in SEVERITIES])
    receivers = forms.CharField(required=False, max_length=500, help_text="Names of receivers, parted by commas.")
    hours = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_HOURS, help_text="Only for drift over several runs: after how many."
    )
    least = forms.CharField(
        required=False,
        max_length=300,
        label="Least gross drift",
        help_text="Like ETB 1000.00, USD 50.00; nothing: any.",
    )
    enabled = forms.BooleanField(required=False, initial=True, label="On")
    note = forms.CharField(label="Why", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_receivers(self) -> list[str]:
        return [name for name in NAMES.split(self.cleaned_data["receivers"]) if name]

    def clean_hours(self) -> int:
        return self.cleaned_data["hours"] or 0

    def clean_least(self) -> dict[str, str]:
        least: dict[str, str] = {}
        for part in filter(None, (p.strip() for p in self.cleaned_data["least"].split(","))):
            found = LEAST.fullmatch(part)
            if not found or found[1] not in EXPONENTS or found[1] in least:
                raise forms.ValidationError("An asset's code and an amount, like ETB 1000.00, each asset once.")
            try:
                least[found[1]] = str(minor_from_major(found[2], EXPONENTS[found[1]]))
            except BadPosting as error:
                raise forms.ValidationError(as_sentence(f"{error}")) from error
        return least

    @property
    def document(self) -> dict[str, Any]:
        """The rule as the use case takes it."""
        return {name: self.cleaned_data[name] for name in self.fields if name not in ("rule", "note")}


class AddReceiver(forms.Form):
    name = forms.CharField(max_length=41, help_text="Lower-case letters, digits and hyphens, as rules name it.")
    address = forms.CharField(
        max_length=LONGEST, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="mailtos://, slack:// or Slack's own hook, pagerduty://, or https:// for a signed webhook.",
    )  # fmt: skip
    secret = forms.CharField(
        max_length=200, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}), label="Signing key",
        help_text="Of a webhook alone; made here when left empty.",
    )  # fmt: skip
    note = forms.CharField(label="Why", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))


class EndReceiver(forms.Form):
    receiver = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Why", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))
