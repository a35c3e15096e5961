"""The form that asks for another number of clean days, on the release gate's own page."""

from django import forms
from django.urls import reverse_lazy

from reconciliation.oversight.gate_days.rules import FEWEST, LONGEST_NOTE, MOST

AS_TYPED = {
    "hx-get": reverse_lazy("gate-would"),
    "hx-trigger": "input changed delay:250ms",
    "hx-target": "#gate-would",
    "hx-swap": "innerHTML",
}


class AskDays(forms.Form):
    """What the gate would say with the days that stand in the field is shown while they are typed."""

    needed = forms.IntegerField(
        min_value=FEWEST, max_value=MOST, label="Clean days in a row", help_text=f"From {FEWEST} to {MOST}.",
        widget=forms.NumberInput(attrs=AS_TYPED),
    )  # fmt: skip
    note = forms.CharField(label="Why", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
