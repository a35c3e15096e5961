"""Forms of daily work: what a person says, checked for shape. What it may do is the use cases' to refuse."""

from datetime import datetime, timedelta

from django import forms

from console.display import near_day
from reconciliation.cases.acts import LONGEST_TEXT

SNOOZES = (1, 2, 3, 7, 14, 30)


def snooze_days(at: datetime) -> list[tuple[str, str]]:
    """Days that a case can be put off to, as (ISO date, words)."""
    days = [at.date() + timedelta(days=n) for n in SNOOZES]
    return [
        (day.isoformat(), f"{near_day(day)}, {(day - at.date()).days} days" if n else f"{near_day(day)}, tomorrow")
        for n, day in enumerate(days)
    ]


class AssignForm(forms.Form):
    """To whom the cases go."""

    to = forms.ChoiceField(label="To")

    def __init__(self, people: list[tuple[int, str]], *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["to"].choices = people  # type: ignore[attr-defined]


class SnoozeForm(forms.Form):
    """Until when, and why."""

    until = forms.ChoiceField(label="Until")
    text = forms.CharField(label="Reason", max_length=1000)

    def __init__(self, at: datetime, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["until"].choices = snooze_days(at)  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note on every case."""

    text = forms.CharField(label="Note", max_length=LONGEST_TEXT - 100, widget=forms.Textarea(attrs={"rows": 3}))


__all__ = ["AssignForm", "NoteForm", "SnoozeForm", "snooze_days"]
