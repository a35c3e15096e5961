"""The forms about who may decide: a change that is asked for, and the question who could approve something."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from console.pages.words import as_sentence
from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.models import Account
from ledger.money import minor_from_major
from reconciliation.approvals.request_access import LONGEST_NOTE
from reconciliation.people.models import Person

CHANGES = [
    ("restrict", "restrict it to those who hold a right"), ("open", "open it to every controller"),
    ("give", "give a right on it"), ("take", "take a right away"),
]  # fmt: skip


class AskAccess(forms.Form):
    """`accounts` are the ledger accounts, `policies` (key, title) the checkpoints, `people` (address, words) the sign-ins that
    decide."""

    what = forms.ChoiceField(label="Account or checkpoint")
    change = forms.ChoiceField(choices=CHANGES)
    email = forms.ChoiceField(label="Whose right", required=False, help_text="Only where a right is given or taken.")
    note = forms.CharField(label="Why", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, *args: Any, accounts: Iterable[Account], policies: Sequence[tuple[str, str]],
        people: Sequence[tuple[str, str]], **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **named)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("Accounts", [(f"account:{a.code}", str(a)) for a in accounts]),
            ("Checkpoints", [(f"policy:{key}", title) for key, title in policies]),
        ]
        self.fields["email"].choices = [("", "nobody's"), *people]  # type: ignore[attr-defined]


class WhoCould(forms.Form):
    """`moves` are (kind, words), `accounts` the ledger accounts, `people` those who might ask."""

    kind = forms.ChoiceField(label="What is asked for")
    account = forms.ChoiceField()
    amount = forms.CharField(max_length=40, help_text="In the account's currency, like 1250.00.")
    maker = forms.ChoiceField(label="Who asks")

    def __init__(
        self,
        *args: Any,
        moves: Sequence[tuple[str, str]],
        accounts: Iterable[Account],
        people: Iterable[Person],
        **named: Any,
    ) -> None:
        super().__init__(*args, **named)
        self.accounts = {a.code: a for a in accounts}
        self.fields["kind"].choices = moves  # type: ignore[attr-defined]
        self.fields["account"].choices = [(a.code, f"{a} ({a.asset_id})") for a in self.accounts.values()]  # type: ignore[attr-defined]
        self.fields["maker"].choices = [(str(p.id), p.name) for p in people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "account" in said and "amount" in said:
            account = self.accounts[said["account"]]
            try:
                said["amount_minor"] = minor_from_major(
                    said["amount"].strip().replace(",", ""), EXPONENTS[account.asset_id]
                )
            except BadPosting as error:
                self.add_error("amount", as_sentence(f"{error}"))
        return said
