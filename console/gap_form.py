"""The form that says of a model gap what it is and who looks after it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reconciliation.corrections.document_gap import LONGEST, LONGEST_OWNER
from reconciliation.corrections.gaps import Gap


class DocumentGap(forms.Form):
    """`gaps` are those that stand open; one is named by its account's code and the bank's."""

    gap = forms.ChoiceField(label="Code", choices=[])
    owner = forms.CharField(label="Looked after by", max_length=LONGEST_OWNER, help_text="A person or a team.")
    note = forms.CharField(
        label="What it is", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept on the trail; a later note stands beside it.",
    )  # fmt: skip

    def __init__(self, *args: Any, gaps: Sequence[Gap], **named: Any) -> None:
        super().__init__(*args, **named)
        self.named = {f"{g.account_id}:{g.code}": (g.account, g.code) for g in gaps}
        self.fields["gap"].choices = [  # type: ignore[attr-defined]
            (value, f"{account}, {code or 'no code'}") for value, (account, code) in self.named.items()
        ]
