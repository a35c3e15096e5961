"""The form that asks for other terms of a pair of planes."""

from typing import Any

from django import forms

from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import major_text, minor_from_major
from reconciliation.matching.planes.asked_terms import HOURS_OF, MOST_HOURS, AskedTerms
from reconciliation.matching.planes.request_terms import LONGEST_NOTE

LABELS = {
    "pay": "Order and payment apart, hours", "confirm": "Detected, not confirmed, hours",
    "parts": "Between two parts, hours", "gap": "Listed, not delivered, hours", "post": "Confirmed, not posted, hours",
}  # fmt: skip
ROWS = {"rows": 2}


class AskTerms(forms.Form):
    """`pair` decides which hours it asks for; `now` are the terms in force."""

    plane_pair = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, pair: str, now: AskedTerms, **named: Any) -> None:
        given = {"plane_pair": pair, **now.hours, "tolerance": _lines(now.tolerance)}
        named["initial"] = given | {"underpaid_up_to": _lines(now.underpaid_up_to)}
        super().__init__(*args, **named)
        self.pair = pair
        for name in HOURS_OF[pair]:
            self.fields[name] = forms.IntegerField(label=LABELS[name], min_value=0, max_value=MOST_HOURS)
        self.fields["tolerance"] = forms.CharField(
            required=False, widget=forms.Textarea(attrs=ROWS),
            help_text="Asset and amount, one to a line: BTC 0.00000100. Within it rows match; the difference is kept.",
        )  # fmt: skip
        if pair == "commerce-provider":
            self.fields["underpaid_up_to"] = forms.CharField(
                label="Underpayment closed by rule, up to", required=False, widget=forms.Textarea(attrs=ROWS),
                help_text="Asset and amount. Its case closes in the run that finds it; nothing is matched or posted.",
            )  # fmt: skip
        self.fields["note"] = forms.CharField(
            label="Why", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs=ROWS), help_text="For whoever decides."
        )

    def clean_tolerance(self) -> dict[str, str]:
        return _by_asset(self.cleaned_data["tolerance"])

    def clean_underpaid_up_to(self) -> dict[str, str]:
        return _by_asset(self.cleaned_data["underpaid_up_to"])

    def terms(self) -> dict[str, Any]:
        """What `request_terms` takes."""
        said = self.cleaned_data
        return {
            "plane_pair": self.pair, "hours": {name: said[name] for name in HOURS_OF[self.pair]},
            "tolerance": said["tolerance"], "underpaid_up_to": said.get("underpaid_up_to", {}), "note": said["note"],
        }  # fmt: skip


def _lines(by_asset: dict[str, str]) -> str:
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
