"""The form that makes a token of one's own."""

from typing import Any

from django import forms

from reconciliation.people.store_token import LONGEST


class MakeOwnToken(forms.Form):
    """A name and the proof of who asks: `proof` is "password", or "code" for those who enrolled an app."""

    name = forms.CharField(max_length=LONGEST, help_text="What will hold it: a script, a laptop. On the audit trail.")

    def __init__(self, *args: Any, proof: str, **named: Any) -> None:
        super().__init__(*args, **named)
        if proof == "code":
            codes = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
            self.fields["code"] = forms.CharField(label="Code of your app", max_length=12, widget=codes)
        else:
            hidden = forms.PasswordInput(attrs={"autocomplete": "current-password"})
            self.fields["password"] = forms.CharField(label="Your password", strip=False, widget=hidden)
