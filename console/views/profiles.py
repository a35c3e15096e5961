"""CSV profiles drawn up on a sample. Trying changes nothing; saving appends a version by the same use case as everywhere."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from console.pages import profile_editor as pages
from console.pages.links import link
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.profile_form import ProfileForm, as_typed
from console.uploads import streamed
from reconciliation.bank import bank_page as found
from reconciliation.bank.formats.csv_suggest import header_of, suggest
from reconciliation.bank.keep_sample import find_sample, keep_sample, samples
from reconciliation.bank.models import BankSample, CsvProfile
from reconciliation.bank.save_profile import find_profile, save_profile
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed
from reconciliation.settings_page import profiles as saved_profiles

SEE, CHANGE = Permission.VIEW_SETTINGS, Permission.SET_UP


@opens(SEE)
def profiles(request: Signed) -> HttpResponse:
    """GET /bank/profiles/?sample=<id>&profile=<name>"""
    return _page(request, _editor(request, request.GET))


@streamed
@writes(CHANGE)
def sample_keep(request: Signed) -> HttpResponse:
    """POST /bank/profiles/samples/, multipart: file, profile"""
    file = request.FILES.get("file")
    if file is None:
        return _page(request, None, "Choose a file first.")
    try:
        made = keep_sample(file_name=file.name or "file", content=file.read(), actor=request.actor, at=request.at)
    except BadInput as refusal:
        return _page(request, None, f"{refusal}")
    return redirect(link("bank-profiles", sample=made.public_id, profile=text_of(request.POST, "profile")))


@writes(CHANGE)
def profile_preview(request: Signed) -> HttpResponse:
    """POST /bank/profiles/preview/: the editor with what its settings make of the sample; nothing is written."""
    editor = _editor(request, request.POST)
    if editor is None:
        return _page(request, None, "Choose a sample first.")
    if request.headers.get("HX-Target") == "editor":
        return render(request, "bank/profiles.html#editor", {"editor": editor})
    return _page(request, editor)


@writes(CHANGE)
def profile_edit(request: Signed) -> HttpResponse:
    """POST /bank/profiles/save/"""
    sample, base = _named(request.POST)
    if sample is None:
        return _page(request, None, "Choose a sample first.")
    form = _form(request.POST, sample, base)
    held = pages.unconfirmed(form, _suggested(sample, base), request.POST.dict())
    if form.is_valid():
        for name in held:
            form.add_error(name, pages.NOT_CONFIRMED)
    if form.is_valid():
        try:
            made = save_profile(
                name=form.cleaned_data["name"], mapping=form.mapping(base.mapping.get("kinds", {}) if base else {}),
                actor=request.actor, at=request.at,
            )  # fmt: skip
        except BadInput as refusal:
            form.add_error("name" if refusal.where == "name" else None, f"{refusal.where}: {refusal}")
        else:
            messages.info(request, f"Profile {made} is saved.")
            return redirect(link("bank-profiles", sample=sample.public_id, profile=made.name))
    editor = pages.editor_context(
        form, sample, base, _suggested(sample, base), request.POST.dict(), allowed(request.actor, CHANGE)
    )
    return _page(request, editor, status=400)


def _named(said: QueryDict) -> tuple[BankSample | None, CsvProfile | None]:
    sample, base = text_of(said, "sample"), text_of(said, "profile")
    return find_sample(sample) if sample else None, find_profile(base) if base else None


def _suggested(sample: BankSample, base: CsvProfile | None) -> dict[str, str]:
    """Only a first version is suggested: a saved one stands as somebody confirmed it."""
    return {} if base else suggest(bytes(sample.content))


def _form(said: QueryDict | None, sample: BankSample, base: CsvProfile | None) -> ProfileForm:
    banks = found.accounts()
    initial: dict[str, Any] = as_typed(base.mapping, banks) if base else dict(_suggested(sample, None))
    dialect = {
        n: said.get(n, "") if said is not None else str(initial.get(n, "")) for n in ("encoding", "delimiter", "quote")
    }
    row = said.get("header_row", "") if said is not None else str(initial.get("header_row", 1))
    header = header_of(
        bytes(sample.content), dialect["encoding"] if dialect["encoding"] in pages.ENCODINGS else "utf-8",
        dialect["delimiter"][:1] or ",", (dialect["quote"] if said is not None else initial.get("quote", '"'))[:1],
        int(row) if row.isascii() and row.isdigit() and 0 < int(row[:4]) <= 200 else 1,
    )  # fmt: skip
    if said is None:
        base_values = {"quote": '"', "header_row": 1, "encoding": "utf-8", "delimiter": ",", "decimal_mark": "."}
        defaults = base_values | {"date_format": "YYYY-MM-DD", "sign_rule": "signed"}
        return ProfileForm(initial=defaults | initial, header=header, banks=banks)
    return ProfileForm(said, header=header, banks=banks)


def _editor(request: Signed, said: QueryDict) -> dict[str, Any] | None:
    sample, base = _named(said)
    if sample is None:
        return None
    form = _form(said if request.method == "POST" else None, sample, base)
    suggested = _suggested(sample, base)
    return pages.editor_context(form, sample, base, suggested, said.dict(), allowed(request.actor, CHANGE))


def _page(request: Signed, editor: dict[str, Any] | None, error: str = "", status: int = 200) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    sample, base = _named(said)
    page = pages.list_context(samples(), list(saved_profiles()), sample, base)
    context = page | {"editor": editor, "error": error, "may": allowed(request.actor, CHANGE)}
    return render(request, "bank/profiles.html", context, status=400 if error else status)
