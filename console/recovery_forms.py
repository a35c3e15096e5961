"""The forms of recovery runs. What they hold is judged by the use cases; here it is only read."""

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django import forms

from reconciliation.recovery.runs.open_run import LONGEST_LED_BY, LONGEST_TITLE
from reconciliation.recovery.runs.planned import Planned
from reconciliation.recovery.runs.request_close import LONGEST as LONGEST_CLOSE
from reconciliation.recovery.runs.scope import RunScope, read_scope
from reconciliation.recovery.runs.standing import LEAST_WHY as LEAST
from reconciliation.recovery.runs.standing import LONGEST_WHY as LONGEST

DAY = forms.DateInput(attrs={"type": "date"})


class OpenRun(forms.Form):
    title = forms.CharField(
        label="What drifted", max_length=LONGEST_TITLE, help_text="For example: postings made from portal exports."
    )
    first_on = forms.DateField(label="From", widget=DAY)
    until_on = forms.DateField(
        label="Before", widget=DAY, help_text="The first day that is no more part of it, in UTC."
    )
    led_by = forms.CharField(label="Signal or case that led to it", max_length=LONGEST_LED_BY)
    freeze_until = forms.DateTimeField(
        label="Freeze planned until, UTC",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="A plan: it ends with the run and never by itself.",
    )
    planes = forms.MultipleChoiceField(
        label="Further planes",
        choices=[("ledger", "ledger"), ("bank", "bank")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Commerce and provider are always part of it.",
    )
    accounts = forms.CharField(
        label="Accounts at providers",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One to a line, or between commas; none is all.",
    )
    payments = forms.CharField(
        label="Payments",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One id to a line, or between commas; none is all.",
    )

    def scope(self) -> RunScope:
        """Once valid. Raises BadInput naming the field."""
        said = self.cleaned_data
        lines = {name: re.split(r"[\n,;]", said[name]) for name in ("accounts", "payments")}
        return read_scope(said["first_on"], said["until_on"], said["planes"], lines["accounts"], lines["payments"])

    def asked(self) -> dict[str, Any]:
        """What `open_run` takes beside the scope, once valid; the instant is read as UTC."""
        said = self.cleaned_data
        until = said["freeze_until"]
        return {
            "title": said["title"], "led_by": said["led_by"],
            "freeze_until": until if until.tzinfo else until.replace(tzinfo=UTC),
        }  # fmt: skip


class PlanRun(forms.Form):
    freeze_until = forms.DateTimeField(
        label="Freeze planned until, UTC",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    owner = forms.TypedChoiceField(label="Owner", coerce=int)
    reason = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        min_length=LEAST,
        max_length=LONGEST_CLOSE,
        help_text="Kept; it cannot be edited.",
    )

    def __init__(self, runners: Sequence[tuple[int, str]], plan: Planned | None, data: Any = None) -> None:
        told = {"freeze_until": plan.freeze_until, "owner": plan.owner_id} if plan else None
        super().__init__(data, initial=told, auto_id="plan_%s")
        self.fields["owner"].choices = list(runners)  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What `replan_run` takes, once valid; the instant is read as UTC."""
        until = self.cleaned_data["freeze_until"]
        return self.cleaned_data | {"freeze_until": until if until.tzinfo else until.replace(tzinfo=UTC)}


class CloseRun(forms.Form):
    summary = forms.CharField(
        label="What was done and found",
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=LEAST,
        max_length=LONGEST_CLOSE,
        help_text="Kept with the run; it cannot be edited.",
    )
    untightened = forms.CharField(
        label="Why no checkpoint of this run is in force",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=LONGEST_CLOSE,
        help_text="Needed while none is; the second person approves it too.",
    )
    explanation = forms.CharField(
        label="What explains the differences that are left",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=LONGEST_CLOSE,
        help_text="Needed while something is left unexplained.",
    )


class StopRun(forms.Form):
    reason = forms.CharField(
        label="Why it stops",
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=LEAST,
        max_length=LONGEST,
        help_text="Kept; it cannot be edited.",
    )
