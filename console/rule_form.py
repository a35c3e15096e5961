"""The form of a posting rule, the first version or the next."""

from typing import Any

from django import forms


class PostingRuleForm(forms.Form):
    """`clean` answers `directions` as DEBIT or CREDIT by account code."""

    use_case = forms.CharField(max_length=64, help_text="As postings name it: ewa_disbursement.")
    directions = forms.CharField(
        max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="Account code and DEBIT or CREDIT, one to a line: 2020 CREDIT. Accounts left out may go either way.",
    )  # fmt: skip
    note = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="Kept with the version."
    )

    def clean_directions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["directions"].splitlines():
            code, _, direction = line.strip().rpartition(" ")
            if not line.strip():
                continue
            if not code.strip() or direction.upper() not in ("DEBIT", "CREDIT"):
                raise forms.ValidationError(f"{line[:40]} is not an account and a direction, like 2020 CREDIT.")
            if code.strip() in found:
                raise forms.ValidationError(f"{code.strip()[:40]} stands twice.")
            found[code.strip()] = direction.upper()
        return found


def as_lines(directions: dict[str, Any]) -> str:
    """Directions by account code as the form takes them."""
    return "\n".join(f"{code} {direction}" for code, direction in directions.items())
