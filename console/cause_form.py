"""What a person says is behind a cause."""

from typing import Any

from django import forms

from reconciliation.oversight.review.period import KINDS
from reconciliation.oversight.review.record_cause import LONGEST_ITEM, LONGEST_ROOT, OWNERS


class SayCause(forms.Form):
    """`cause` comes as "5 missing_counterpart", 0 for none known; `until` and `span` name the days."""

    cause = forms.RegexField(
        r"^[0-6] [a-z_]{1,40}$", error_messages={"required": "Which cause?", "invalid": "Which cause?"}
    )
    root = forms.CharField(max_length=LONGEST_ROOT)
    owner = forms.ChoiceField(choices=[(name, name.capitalize()) for name in OWNERS])
    item = forms.CharField(max_length=LONGEST_ITEM)
    due_on = forms.DateField(required=False)
    until = forms.DateField()
    span = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])

    def clean_cause(self) -> tuple[int | None, str]:
        """The cause, None when none is known, and the class."""
        said: Any = self.cleaned_data["cause"]
        number, exception_class = said.split(" ")
        return int(number) or None, exception_class
