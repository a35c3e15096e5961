"""Settings: what support may send beside the sentence. Everybody who opens a payment uses them; the right to change settings
changes them."""

from django import forms
from django.http import HttpResponse

from console.forms import SaveMacro
from console.pages import settings as pages
from console.pages.macros import macros_page
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.views.settings import done, form_page, say_beside
from reconciliation.errors import BadInput
from reconciliation.lookup.end_macro import end_macro
from reconciliation.lookup.macro_versions import macros as standing
from reconciliation.lookup.macros import LONGEST_NAME
from reconciliation.lookup.save_macro import save_macro
from reconciliation.permissions import Permission, allowed


@opens(Permission.VIEW_SETTINGS)
def macros(request: Signed) -> HttpResponse:
    """GET /settings/macros/?macro=&lang=: the list, and the form filled with the one that is named."""
    named = text_of(request.GET, "macro", LONGEST_NAME), text_of(request.GET, "lang", 10)
    found = next((m for m in standing() if (m.name, m.language) == named), None)
    initial = {"name": found.name, "language": found.language, "text": found.text} if found else {}
    return _macros(request, SaveMacro(initial=initial))


@writes(Permission.SET_UP)
def macro_save(request: Signed) -> HttpResponse:
    """POST /settings/macros/save/"""
    form = SaveMacro(request.POST)
    if not form.is_valid():
        return _macros(request, form)
    try:
        made = save_macro(**form.cleaned_data, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _macros(request, form)
    return done(request, f"{made} is saved.", "settings-macros")


@writes(Permission.SET_UP)
def macro_end(request: Signed) -> HttpResponse:
    """POST /settings/macros/end/"""
    name, language = text_of(request.POST, "name", LONGEST_NAME), text_of(request.POST, "language", 10)
    if not name or not language:
        raise BadInput("which macro?", "name")
    ended = end_macro(name=name, language=language, actor=request.actor, at=request.at)
    return done(request, f"{ended.name} ({ended.language}) is no longer offered.", "settings-macros")


def _macros(request: Signed, form: forms.Form) -> HttpResponse:
    says = "What support copies beside the sentence, filled for the payment."
    frame = pages.frame("settings-macros", "Macros", says, request.actor)
    page = macros_page(standing(), may=allowed(request.actor, Permission.SET_UP))
    box = pages.box("macro-save", form, "Save a macro", "Save macro") | {"noted": form["text"].id_for_label}
    return form_page(request, "settings/macros.html", frame | page, box, form)
