"""The editor of CSV profiles as its template takes it: the fields with what was suggested, and what they make of the sample."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from console.display import moment
from console.pages.links import link
from console.pages.words import new_key, plural
from console.pages.written import amount
from console.profile_form import ProfileForm
from ledger.assets import EXPONENTS
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.csv_profile import ENCODINGS as ENCODINGS
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.csv_trial import Trial, try_profile
from reconciliation.bank.formats.statement import ParsedLine
from reconciliation.bank.models import BankSample, CsvProfile

GROUPS = (
    ("File", ("name", "bank", "encoding", "delimiter", "quote", "header_row")),
    (
        "Values",
        ("date_format", "decimal_mark", "thousands_mark", "sign_rule", "debit_words", "credit_words", "newest_first"),
    ),
)
NOT_CONFIRMED = "Suggested from the sample: please confirm, or choose another."


def list_context(
    samples: Sequence[BankSample], profiles: Sequence[CsvProfile], chosen: BankSample | None, base: CsvProfile | None
) -> dict[str, Any]:
    """What templates/bank/profiles.html shows beside the editor."""
    newest = list({p.name: p for p in sorted(profiles, key=lambda p: p.version)}.values())
    sample, name = str(chosen.public_id) if chosen else "", base.name if base else ""
    return {
        "title": "CSV profiles",
        "sub": "How each bank writes its CSV, tried on a sample before it is saved. Nothing is imported here.",
        "upload": {"href": reverse("profile-sample"), "key": new_key()},
        "samples": [
            {"label": s.file_name, "when": moment(s.kept_at), "by": s.kept_by, "on": s == chosen,
             "href": link("bank-profiles", sample=s.public_id, profile=name)}
            for s in samples
        ],
        "profiles": [
            {"label": f"{p.name} v{p.version}", "on": p.name == name, "when": moment(p.saved_at),
             "href": link("bank-profiles", profile=p.name, sample=sample)}
            for p in sorted(newest, key=lambda p: p.name)
        ],
    }  # fmt: skip


def unconfirmed(form: ProfileForm, suggested: Mapping[str, str], confirmed: Mapping[str, object]) -> list[str]:
    """The fields that still hold what was suggested, and that nobody has confirmed."""
    return [
        name for name, value in suggested.items()
        if name in form.fields and value and str(form[name].value() or "") == value and f"ok_{name}" not in confirmed
    ]  # fmt: skip


def editor_context(
    form: ProfileForm, sample: BankSample, base: CsvProfile | None, suggested: Mapping[str, str],
    confirmed: Mapping[str, object], may: bool,
) -> dict[str, Any]:  # fmt: skip
    """The partial `editor` of templates/bank/profiles.html."""
    open_ones = unconfirmed(form, suggested, confirmed)
    columns = tuple(name for name in form.fields if name.startswith("col_"))

    def row(name: str) -> dict[str, Any]:
        held = name in suggested and str(form[name].value() or "") == suggested[name] != ""
        return {"field": form[name], "suggested": held, "ok": held and name not in open_ones, "ok_name": f"ok_{name}"}

    return {
        "sample": str(sample.public_id), "file_name": sample.file_name, "base": base.name if base else "",
        "groups": [(label, [row(name) for name in names]) for label, names in (*GROUPS, ("Columns", columns))],
        "preview_href": reverse("profile-preview"), "save_href": reverse("profile-edit"), "key": new_key(),
        "errors": list(form.non_field_errors()) if form.is_bound else [], "may": may,
        "open": plural(len(open_ones), "suggestion") if open_ones else "", **_tried(form, sample, base),
    }  # fmt: skip


def _tried(form: ProfileForm, sample: BankSample, base: CsvProfile | None) -> dict[str, Any]:
    nothing = {"lines": [], "refused": [], "says": "", "why_not": "", "statements": []}
    kinds = base.mapping.get("kinds", {}) if base else {}
    probe = form if form.is_bound else ProfileForm(form.initial, header=form.header, banks=form.banks)
    if not probe.is_valid():
        wrong = ", ".join(str(probe[n].label) for n in probe.errors if n in probe.fields)
        return nothing | {"why_not": f"Not tried yet: {wrong or 'a setting'} is missing or cannot be."}
    try:
        trial = try_profile(bytes(sample.content), profile_from(probe.mapping(kinds)), EXPONENTS)
    except StatementRefused as refusal:
        return nothing | {"why_not": f"{refusal.where}: {refusal.message}."}
    return _shown(trial)


def _shown(trial: Trial) -> dict[str, Any]:
    stopped = [trial.stopped] if trial.stopped else []
    read = trial.rows - trial.refusals
    return {
        "lines": [_line(x) for x in trial.lines],
        "refused": [{"where": r.where, "what": r.message} for r in (*trial.refused, *stopped)],
        "says": f"{plural(read, 'row')} read, {trial.refusals} refused" + (", the rest is not read" if stopped else ""),
        "statements": [
            {"account": s.account or "the account chosen at the import", "opening": amount(s.opening, s.currency),
             "moved": amount(sum(x.amount for x in s.lines), s.currency), "closing": amount(s.closing, s.currency),
             "findings": [f"{f.where}: {f.what}" for f in s.findings[:5]]}
            for s in trial.statements
        ],
        "why_not": "",
    }  # fmt: skip


def _line(x: ParsedLine) -> dict[str, Any]:
    return {
        "where": x.where, "on": x.value_on or x.booked_on, "reference": x.reference, "bank_id": x.bank_id, "code": x.code,
        "narrative": x.narrative or x.counterparty, "amount": amount(x.amount, x.currency), "asset": x.currency,
    }  # fmt: skip
