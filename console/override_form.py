"""The form that asks to lift a checkpoint for a time."""

from typing import Any

from django import forms

from reconciliation.policies.request_override import REASONS


class AskOverride(forms.Form):
    """`choices`: the checkpoints and moves that may be lifted, as "key move"."""

    what = forms.ChoiceField(label="Checkpoint and move")
    payment_id = forms.CharField(label="Payment", required=False, max_length=140, help_text="Empty: every payment.")
    hours = forms.IntegerField(label="Hours from now", min_value=1, max_value=168, initial=4)
    reason_code = forms.ChoiceField(label="Reason", choices=list(REASONS.items()))
    ticket = forms.CharField(label="Ticket", max_length=140)
    note = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        wanted = self.initial.get("what")
        self.initial["what"] = next((value for value, _ in choices if value.split()[0] == wanted), "")

    def asked(self) -> dict[str, Any]:
        """What `request_override` takes, once valid."""
        key, _, move = self.cleaned_data["what"].partition(" ")
        return {k: v for k, v in self.cleaned_data.items() if k != "what"} | {"key": key, "move": move}
