"""The form that lends one's role. Days are UTC and whole: from the first one's midnight until the last one's end."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms

from reconciliation.approvals.lend_role import LONGEST, LONGEST_REASON


class LendRole(forms.Form):
    """`roles` are those that the reader may lend, `people` (address, words) those who may borrow; `proof` is "password", or
    "code" for those who enrolled an app."""

    delegate = forms.ChoiceField(label="To")
    role = forms.ChoiceField()
    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label="Until the end of",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=f"At most {LONGEST.days} days, UTC.",
    )
    reason = forms.CharField(max_length=LONGEST_REASON)

    def __init__(
        self, *args: Any, roles: Sequence[str], people: Sequence[tuple[str, str]], proof: str, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["delegate"].choices = [("", "Choose a person"), *people]  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role, role.replace("_", " ")) for role in roles]  # type: ignore[attr-defined]
        if proof == "code":
            codes = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
            self.fields["code"] = forms.CharField(label="Code of your app", max_length=12, widget=codes)
        else:
            hidden = forms.PasswordInput(attrs={"autocomplete": "current-password"})
            self.fields["password"] = forms.CharField(label="Your password", strip=False, widget=hidden)

    def span(self, at: datetime) -> tuple[datetime, datetime]:
        """From when until when; a first day that is today begins at `at`."""
        first, last = self.cleaned_data["first"], self.cleaned_data["until"]
        begins = at if first == at.date() else datetime.combine(first, time(), UTC)
        return begins, datetime.combine(last + timedelta(days=1), time(), UTC)
