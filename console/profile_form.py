"""The form of a CSV profile: every setting a field, every column of the sample a choice. It reads what was chosen; saving
proves it once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from reconciliation.bank.formats.csv_profile import ENCODINGS, SINGLE
from reconciliation.bank.formats.csv_suggest import DATES, DELIMITERS
from reconciliation.bank.models import BankAccount

MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SIGNS = {"signed": "one amount with its sign", "columns": "debit and credit apart", "indicator": "an amount and a word"}
COLUMNS = {
    "booked_on": "Booked on", "value_on": "Value date", "amount": "Amount", "debit": "Debit", "credit": "Credit",
    "indicator": "Debit or credit", "reference": "Reference", "bank_id": "Bank id", "code": "Code", "currency": "Currency",
    "account": "Account", "counterparty": "Counterparty", "counterparty_account": "Their account", "charge": "Charge",
    "balance": "Balance after it",
}  # fmt: skip
TEXTS = ("encoding", "delimiter", "quote", "decimal_mark", "thousands_mark", "date_format", "sign_rule")


class ProfileForm(forms.Form):
    """`header` are the cells of the sample's header row, `banks` the bank accounts."""

    name = forms.CharField(max_length=80, help_text="A known name gets its next version.")
    bank = forms.ChoiceField(
        label="Bank account", required=False, help_text="Whose number and currency the file leaves out."
    )
    encoding = forms.ChoiceField(choices=[(e, e) for e in sorted(ENCODINGS)])
    delimiter = forms.ChoiceField(choices=[(d, MARKS[d]) for d in DELIMITERS])
    quote = forms.ChoiceField(choices=[('"', 'double "'), ("'", "single '"), ("", "none")], required=False, initial='"')
    header_row = forms.IntegerField(min_value=1, max_value=200, initial=1, help_text="Rows above it are skipped.")
    decimal_mark = forms.ChoiceField(choices=[(".", "point"), (",", "comma")])
    thousands_mark = forms.ChoiceField(
        choices=[("", "none"), (",", "comma"), (".", "point"), (" ", "space"), ("'", "apostrophe")], required=False
    )
    date_format = forms.ChoiceField(choices=[(d, d) for d in DATES])
    sign_rule = forms.ChoiceField(choices=list(SIGNS.items()))
    debit_words = forms.CharField(
        required=False, max_length=200, help_text="Apart by commas; for a word beside the amount."
    )
    credit_words = forms.CharField(required=False, max_length=200)
    newest_first = forms.BooleanField(required=False)

    def __init__(self, *args: Any, header: Sequence[str], banks: Sequence[BankAccount], **named: Any) -> None:
        super().__init__(*args, **named)
        self.header, self.banks = header, banks
        self.fields["bank"] = forms.ChoiceField(
            label="Bank account", required=False, help_text=self.fields["bank"].help_text,
            choices=[("", "as the file says"), *((b.code, f"{b.name} {b.currency}") for b in banks)],
        )  # fmt: skip
        cells = [(h, h) for h in dict.fromkeys(header) if h]
        for name in SINGLE:
            self.fields[f"col_{name}"] = forms.ChoiceField(
                label=COLUMNS[name], choices=[("", "none"), *cells], required=False
            )
        self.fields["col_narrative"] = forms.MultipleChoiceField(label="Narrative", choices=cells, required=False)

    def mapping(self, kinds: Mapping[str, str]) -> dict[str, Any]:
        """The profile as it is saved. `kinds` are kept from the version before."""
        said = self.cleaned_data
        chosen = next((b for b in self.banks if b.code == said["bank"]), None)
        columns: dict[str, Any] = {n: said[f"col_{n}"] for n in SINGLE if said[f"col_{n}"]}
        words = {n: [w.strip() for w in said[n].split(",") if w.strip()] for n in ("debit_words", "credit_words")}
        return {
            "name": said["name"], "header": list(self.header), "columns": columns, "narrative": said["col_narrative"],
            **{n: said[n] for n in TEXTS}, "header_row": said["header_row"], "newest_first": said["newest_first"],
            "account": chosen.number if chosen and "account" not in columns else "",
            "currency": chosen.currency if chosen and "currency" not in columns else "",
            **words, "kinds": dict(kinds),
        }  # fmt: skip


def as_typed(mapping: Mapping[str, Any], banks: Sequence[BankAccount]) -> dict[str, Any]:
    """A saved profile as the form's values."""
    columns = dict(mapping.get("columns", {}))
    narrative = mapping.get("narrative", columns.pop("narrative", []))
    bank = next((b.code for b in banks if b.number == mapping.get("account")), "")
    words = {n: ", ".join(mapping.get(n, ())) for n in ("debit_words", "credit_words")}
    plain = {n: mapping[n] for n in ("name", "header_row", "newest_first", *TEXTS) if n in mapping}
    return plain | words | {"bank": bank, "col_narrative": narrative} | {f"col_{n}": h for n, h in columns.items()}
