"""The forms of the settings. They read what was typed; the use cases decide, and read everything once more."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from ledger.assets import EXPONENTS
from ledger.models import Account, Asset
from reconciliation.bank.booking_accounts import USE_CASES
from reconciliation.bank.calendars import zones
from reconciliation.bank.models import BankAccount
from reconciliation.lookup.phrases import LANGUAGES
from reconciliation.matching.asked_matcher import FORMS
from reconciliation.people.models import Membership

CLOSED = {"": "none", "7": "Sunday", "6,7": "Saturday and Sunday", "5,6": "Friday and Saturday", "5": "Friday"}
ROLES = [(role, role.replace("_", " ")) for role in Membership.Role.values]


class OpenAccount(forms.Form):
    code = forms.CharField(max_length=64, help_text="Postings name the account by it. It never changes.")
    name = forms.CharField(max_length=120)
    kind = forms.ChoiceField(
        choices=[(kind, kind.capitalize()) for kind in Account.Kind.values],
        help_text="Assets and expenses are debit-normal, the others credit-normal.",
    )
    asset = forms.ChoiceField()

    def __init__(self, *args: Any, assets: Iterable[Asset], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["asset"] = forms.ChoiceField(choices=[(a.code, f"{a.code} {a.name}") for a in assets])


class OpenBankAccount(forms.Form):
    """`open_accounts` are the ledger accounts that no bank account is reconciled with."""

    code = forms.CharField(max_length=64, help_text="Commands and the API name the account by it.")
    name = forms.CharField(max_length=120)
    partner = forms.CharField(max_length=120, help_text="The bank, as people call it.")
    number = forms.CharField(max_length=64, help_text="As it stands in the statements: IBAN or account number.")
    ledger_account = forms.ChoiceField(choices=[], help_text="The one account that its statements are held against.")
    opened_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    zone = forms.ChoiceField(choices=[(zone, zone) for zone in sorted(zones())], initial="UTC")
    cutover = forms.TimeField(label="Cut-over", initial="00:00", widget=forms.TimeInput(attrs={"type": "time"}))
    closed = forms.ChoiceField(label="Closed days", choices=list(CLOSED.items()), required=False, initial="6,7")
    holidays = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="Dates like 2026-12-25, one to a line."
    )
    grace_days = forms.IntegerField(label="Days of grace", min_value=0, max_value=30, initial=2)
    due_hours = forms.IntegerField(
        label="Due after, hours", min_value=0, max_value=240, initial=8, help_text="After the day's end."
    )

    def __init__(self, *args: Any, open_accounts: Iterable[Account], **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [(a.code, f"{a} ({a.asset_id})") for a in open_accounts]
        self.fields["ledger_account"] = forms.ChoiceField(
            label="Ledger account", choices=choices, help_text=self.fields["ledger_account"].help_text
        )

    def clean_closed(self) -> frozenset[int]:
        return frozenset(int(n) for n in self.cleaned_data["closed"].split(",") if n)

    def clean_holidays(self) -> frozenset[date]:
        found = set()
        for line in self.cleaned_data["holidays"].split():
            try:
                found.add(date.fromisoformat(line))
            except ValueError as error:
                raise forms.ValidationError(f"{line[:40]} is not a date like 2026-12-25.") from error
        return frozenset(found)


class SetBookingAccount(forms.Form):
    """`banks` are the bank accounts, `counters` the ledger accounts that none of them is reconciled with."""

    bank_account = forms.ChoiceField(label="Bank account", choices=[])
    use_case = forms.ChoiceField(label="Books", choices=list(USE_CASES.items()))
    counter = forms.ChoiceField(
        label="On the account", choices=[], help_text="In the currency of the bank account; what was booked stays."
    )
    bank_code = forms.CharField(
        label="Of the bank's code alone", max_length=140, required=False,
        help_text="Empty for all of its lines; a bank adjustment is booked by its code.",
    )  # fmt: skip
    true_up = forms.ChoiceField(
        label="True-up on", choices=[], required=False,
        help_text="Of accrued interest: the account above is cleared, and the rest goes here.",
    )  # fmt: skip

    def __init__(self, *args: Any, banks: Iterable[BankAccount], counters: Iterable[Account], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["bank_account"].choices = [(b.code, f"{b} ({b.currency})") for b in banks]  # type: ignore[attr-defined]
        self.fields["counter"].choices = [(a.code, f"{a} ({a.asset_id})") for a in counters]  # type: ignore[attr-defined]
        self.fields["true_up"].choices = [("", "none"), *self.fields["counter"].choices]  # type: ignore[attr-defined]


class SetMatcher(forms.Form):
    """The first version; every later one is drafted."""

    value_date_days = forms.IntegerField(
        label="Value date window, days", min_value=0, max_value=10, initial=2,
        help_text="A match whose days lie further apart says so. On which day an entry counts is the calendar's grace.",
    )  # fmt: skip
    reference_form = forms.ChoiceField(
        label="References are compared by", choices=[(form, form.replace("_", " ")) for form in FORMS]
    )
    narrative_pattern = forms.CharField(
        required=False,
        max_length=300,
        help_text="Finds our reference in the narrative where the bank gives none; its first group counts.",
    )
    amount_tolerance = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Asset and minor units, one to a line: ETB 100. A difference says whether it lies within; it stays open.",
    )  # fmt: skip

    def clean_amount_tolerance(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["amount_tolerance"].splitlines():
            if not line.strip():
                continue
            asset, _, minor = line.strip().partition(" ")
            if asset not in EXPONENTS or not (minor.isascii() and minor.isdigit()) or len(minor) > 18:
                raise forms.ValidationError(f"{line[:40]} is not an asset and minor units, like ETB 100.")
            found[asset] = str(int(minor))
        return found


class AddPerson(forms.Form):
    name = forms.CharField(max_length=120)
    email = forms.EmailField(label="E-mail", help_text="An address that is known already gets the role as well.")
    role = forms.ChoiceField(choices=ROLES)
    password = forms.CharField(
        label="First password", required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Only for an address that is new: 12 characters at least, told to the person by another way.",
    )  # fmt: skip

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password:
            validate_password(password)
        return password


class EndRole(forms.Form):
    """`reason` goes to the audit trail."""

    email = forms.CharField(max_length=320, widget=forms.HiddenInput)
    role = forms.ChoiceField(choices=ROLES, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=500, help_text="For the audit trail: left the team, changed duties.")


class IssueToken(forms.Form):
    name = forms.CharField(max_length=80, help_text="What holds it: core banking, payroll. Shown in the audit trail.")


class SaveProfile(forms.Form):
    name = forms.CharField(max_length=80, help_text="Saving under a known name appends its next version.")
    mapping = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text="JSON: header, columns, delimiter, decimal_mark, date_format, sign_rule, currency. Proven first.",
    )

    def clean_mapping(self) -> dict[str, Any]:
        try:
            mapping = json.loads(self.cleaned_data["mapping"])
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError("This is not JSON.") from error
        if not isinstance(mapping, dict):
            raise forms.ValidationError("A profile is a JSON object.")
        return mapping


class SaveMacro(forms.Form):
    name = forms.CharField(max_length=60, help_text="Saving under a known name and language appends its next version.")
    language = forms.ChoiceField(choices=list(LANGUAGES.items()))
    text = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Placeholders: {payment_id}, {order}, {merchant_reference}, {amount}, {sentence}. No block explorer's link.",
    )  # fmt: skip
