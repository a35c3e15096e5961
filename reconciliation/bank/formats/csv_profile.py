"""How one bank writes its CSV. Saved once by a person and never guessed: a file without a profile is refused, and so
is a file whose header row differs from the profile's by as much as the order of two columns (abuse case 33)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.dates import date_pattern
from reconciliation.bank.formats.statement import Kind

SignRule = Literal["signed", "columns", "indicator"]
ENCODINGS = frozenset({"utf-8", "ascii", "latin-1", "iso-8859-15", "cp1252"})
SINGLE = (
    "amount", "debit", "credit", "indicator", "value_on", "booked_on", "reference", "bank_id", "code", "currency",
    "account", "counterparty", "counterparty_account", "charge", "balance",
)  # fmt: skip
NEEDED: Mapping[SignRule, tuple[str, ...]] = {
    "signed": ("amount",),
    "columns": ("debit", "credit"),
    "indicator": ("amount", "indicator"),
}


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """One bank's dialect.

    `header` is the exact header row; `columns` says which header holds which field, `narrative` a list of headers
    joined by a space. `header_row` counts from 1; rows above it are skipped unread. Signs: `signed` (one column, a
    leading minus), `columns` (debit and credit apart, both unsigned), `indicator` (an unsigned amount and a word in
    `debit_words` or `credit_words`). With a `balance` column the balance after each line is checked step by step;
    `newest_first` says in which order. `account` and `currency` are fixed values where no column gives them. `kinds`
    names codes that are fees or interest.
    """

    name: str
    header: tuple[str, ...]
    columns: Mapping[str, str]
    narrative: tuple[str, ...] = ()
    delimiter: str = ","
    quote: str = '"'
    decimal_mark: str = "."
    thousands_mark: str = ""
    date_format: str = "YYYY-MM-DD"
    sign_rule: SignRule = "signed"
    debit_words: tuple[str, ...] = ()
    credit_words: tuple[str, ...] = ()
    encoding: str = "utf-8"
    header_row: int = 1
    newest_first: bool = False
    account: str = ""
    currency: str = ""
    kinds: Mapping[str, Kind] = field(default_factory=dict)


def checked(profile: CsvProfile) -> CsvProfile:
    """The profile, or a `bad_profile` refusal naming the setting that cannot work."""
    if profile.sign_rule not in NEEDED:
        raise bad_profile("sign_rule", f"{quoted(profile.sign_rule)} is none of signed, columns, indicator")
    missing = [name for name in NEEDED[profile.sign_rule] if name not in profile.columns]
    if missing:
        raise bad_profile("columns", f"sign rule {profile.sign_rule} needs a column for {missing[0]}")
    for name, header in [*profile.columns.items(), *(("narrative", header) for header in profile.narrative)]:
        if name not in (*SINGLE, "narrative") or header not in profile.header:
            raise bad_profile("columns", f"{quoted(name)}: {quoted(header)} is not a field or not in the header")
    _check_marks(profile)
    _check_values(profile)
    date_pattern(profile.date_format)
    return profile


def _check_marks(profile: CsvProfile) -> None:
    marks = [profile.delimiter, profile.quote, profile.decimal_mark, profile.thousands_mark]
    for name, mark in zip(("delimiter", "quote", "decimal_mark", "thousands_mark"), marks, strict=True):
        if len(mark) != 1 and not (name in ("thousands_mark", "quote") and mark == ""):
            raise bad_profile(name, "must be one character")
        if mark and (mark.isalnum() or mark in "+-\r\n\0"):
            raise bad_profile(name, f"{quoted(mark)} cannot be a mark")
    if profile.decimal_mark == profile.thousands_mark or profile.delimiter == profile.quote:
        raise bad_profile("decimal_mark", "two marks are the same character")


def _check_values(profile: CsvProfile) -> None:
    if len(set(profile.header)) != len(profile.header) or not profile.header:
        raise bad_profile("header", "needs column names, each once")
    if profile.encoding not in ENCODINGS:
        raise bad_profile("encoding", f"{quoted(profile.encoding)} is none of {', '.join(sorted(ENCODINGS))}")
    if not profile.currency and "currency" not in profile.columns:
        raise bad_profile("currency", "needs a fixed currency or a column")
    if not {"value_on", "booked_on"} & set(profile.columns):
        raise bad_profile("columns", "needs a column for value_on or booked_on")
    both = set(profile.debit_words) & set(profile.credit_words)
    if profile.sign_rule == "indicator" and (both or not profile.debit_words or not profile.credit_words):
        raise bad_profile("debit_words", "the indicator needs words for debit and for credit, none for both")


def bad_profile(setting: str, why: str) -> StatementRefused:
    """The refusal that names a setting of the profile."""
    return StatementRefused("bad_profile", why, f"profile {setting}")
