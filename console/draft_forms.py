"""The forms in which drafts are worded: terms of a matcher, a calendar."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from console.display import DAYS
from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import major_text, minor_from_major
from reconciliation.backtest.drafts import LONGEST_NAME
from reconciliation.matching.asked_matcher import FORMS, LEDGER_BANK, LONGEST_PATTERN, MOST_DAYS
from reconciliation.matching.planes.asked_terms import HOURS_OF, MOST_HOURS

LABELS = {
    "pay": "Order and payment apart, hours", "confirm": "Detected, not confirmed, hours",
    "parts": "Between two parts, hours", "gap": "Listed, not delivered, hours", "post": "Confirmed, not posted, hours",
}  # fmt: skip
ROWS = {"rows": 2}
BY_ASSET = "Asset and amount, one to a line: BTC 0.00000100."


class MatcherDraft(forms.Form):
    """`pair` decides what it asks for; `now` is the document that it starts from."""

    name = forms.CharField(max_length=LONGEST_NAME, help_text="What it is for, in a few words.")

    def __init__(self, *args: Any, pair: str, now: Mapping[str, Any], name: str = "", **named: Any) -> None:
        given = dict(now) | dict(now.get("hours", {})) | {"name": name, "tolerance": _lines(now["tolerance"])}
        given["underpaid_up_to"] = _lines(now.get("underpaid_up_to", {}))
        super().__init__(*args, **(named | {"initial": given}))
        self.pair = pair
        if pair == LEDGER_BANK:
            self._of_the_bank()
        for each in HOURS_OF.get(pair, ()):
            self.fields[each] = forms.IntegerField(label=LABELS[each], min_value=0, max_value=MOST_HOURS)
        said = (
            "A difference says whether it lies within; it stays open."
            if pair == LEDGER_BANK
            else "Within it rows match."
        )
        self.fields["tolerance"] = forms.CharField(
            required=False, widget=forms.Textarea(attrs=ROWS), help_text=f"{BY_ASSET} {said}"
        )
        if pair == "commerce-provider":
            self.fields["underpaid_up_to"] = forms.CharField(
                label="Underpayment closed by rule, up to", required=False, widget=forms.Textarea(attrs=ROWS),
                help_text="Asset and amount. Its case closes in the run that finds it; nothing is matched or posted.",
            )  # fmt: skip

    def _of_the_bank(self) -> None:
        self.fields["value_date_days"] = forms.IntegerField(
            label="Value date window, days", min_value=0, max_value=MOST_DAYS,
            help_text="A match whose days lie further apart says so.",
        )  # fmt: skip
        self.fields["reference_form"] = forms.ChoiceField(
            label="References are compared by", choices=[(form, form.replace("_", " ")) for form in FORMS]
        )
        self.fields["narrative_pattern"] = forms.CharField(
            required=False, max_length=LONGEST_PATTERN,
            help_text="Finds our reference in the narrative where the bank gives none; its first group counts.",
        )  # fmt: skip

    def clean_tolerance(self) -> dict[str, str]:
        return _by_asset(self.cleaned_data["tolerance"])

    def clean_underpaid_up_to(self) -> dict[str, str]:
        return _by_asset(self.cleaned_data["underpaid_up_to"])

    def document(self) -> dict[str, Any]:
        """As `asked_matcher` reads it."""
        said = self.cleaned_data
        if self.pair == LEDGER_BANK:
            return {n: said[n] for n in ("value_date_days", "reference_form", "narrative_pattern", "tolerance")}
        hours = {name: said[name] for name in HOURS_OF[self.pair]}
        return {"hours": hours, "tolerance": said["tolerance"], "underpaid_up_to": said.get("underpaid_up_to", {})}


class CalendarDraft(forms.Form):
    """`now` is the document that it starts from."""

    name = forms.CharField(max_length=LONGEST_NAME, help_text="What it is for, in a few words.")
    effective_from = forms.DateField(
        label="In force from", help_text="A day to come; days that have begun stay as cut."
    )
    zone = forms.CharField(label="Time zone", max_length=64, help_text="As in Africa/Addis_Ababa.")
    cutover = forms.TimeField(label="Cut-over", help_text="Local time in the zone; the day begins with it.")
    closed_weekdays = forms.CharField(label="Closed", required=False, help_text="Weekdays, as in Sat, Sun.")
    holidays = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="Dates, one to a line: 2026-12-25."
    )
    grace_days = forms.IntegerField(label="Grace, banking days", min_value=0, max_value=30)
    due_hours = forms.IntegerField(label="Statement due after, hours", min_value=0, max_value=240)

    def __init__(self, *args: Any, now: Mapping[str, Any], name: str = "", **named: Any) -> None:
        given = dict(now) | {"name": name, "holidays": "\n".join(now.get("holidays", []))}
        given["closed_weekdays"] = ", ".join(DAYS[n - 1] for n in now.get("closed_weekdays", []))
        super().__init__(*args, **(named | {"initial": given}))

    def clean_closed_weekdays(self) -> list[int]:
        numbers = {name.lower(): n for n, name in enumerate(DAYS, 1)}
        found = set()
        for word in self.cleaned_data["closed_weekdays"].replace(",", " ").split():
            if word[:3].lower() not in numbers:
                raise forms.ValidationError(f"“{word[:20]}” is no weekday; they are written as Sat, Sun.")
            found.add(numbers[word[:3].lower()])
        return sorted(found)

    def clean_holidays(self) -> list[str]:
        found = set()
        for line in self.cleaned_data["holidays"].split():
            try:
                found.add(date.fromisoformat(line).isoformat())
            except ValueError as error:
                raise forms.ValidationError(f"{line[:40]} is not a date like 2026-12-25.") from error
        return sorted(found)

    def document(self) -> dict[str, Any]:
        """As `asked_calendar` reads it."""
        said = self.cleaned_data
        return {
            "effective_from": said["effective_from"].isoformat(), "zone": said["zone"],
            "cutover": said["cutover"].isoformat(), "closed_weekdays": said["closed_weekdays"],
            "holidays": said["holidays"], "grace_days": said["grace_days"], "due_hours": said["due_hours"],
        }  # fmt: skip


def draft_form(
    about: str, subject: str, now: Mapping[str, Any], name: str, given: Any = None
) -> MatcherDraft | CalendarDraft:
    """The form of a draft, filled in from its document or from what was sent."""
    if about == "matcher":
        return MatcherDraft(given, pair=subject, now=now, name=name)
    return CalendarDraft(given, now=now, name=name)


def _lines(by_asset: Mapping[str, str]) -> str:
    return "\n".join(f"{asset} {major_text(int(minor), EXPONENTS[asset])}" for asset, minor in sorted(by_asset.items()))


def _by_asset(text: str) -> dict[str, str]:
    """Minor units as text by asset, from major units as people write them."""
    found: dict[str, str] = {}
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        asset, _, amount = line.partition(" ")
        asset = asset.upper()
        if asset not in EXPONENTS:
            raise forms.ValidationError(f"{asset[:20]} is no asset that is known here; a line is like BTC 0.00000100.")
        try:
            minor = minor_from_major(amount.strip().replace(",", ""), EXPONENTS[asset])
        except BadPosting as refusal:
            raise forms.ValidationError(f"{line[:40]}: {refusal}.") from refusal
        if asset in found:
            raise forms.ValidationError(f"{line[:40]}: each asset once.")
        found[asset] = str(minor)
    return found
