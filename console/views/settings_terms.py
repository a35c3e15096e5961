"""Settings: the terms by which the planes of a payment are matched. They are asked for here and decided under Approvals."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from console.pages import settings as pages
from console.pages.proposal import sent_words
from console.pages.terms import PAIR_WORDS, terms_page
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.terms_form import AskTerms
from console.views.settings import form_page, say_beside
from reconciliation import settings_page as found
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput
from reconciliation.matching.planes.request_terms import request_terms, terms_of
from reconciliation.permissions import Permission


@opens(Permission.VIEW_SETTINGS)
def terms(request: Signed) -> HttpResponse:
    """GET /settings/terms/?pair="""
    pair = text_of(request.GET, "pair")
    return _terms(request, pair if pair in PAIR_WORDS else next(iter(PAIR_WORDS)))


@writes(Permission.SET_UP)
def terms_ask(request: Signed) -> HttpResponse:
    """POST /settings/terms/ask/: a request, which a second person decides."""
    pair, key = text_of(request.POST, "plane_pair"), text_of(request.POST, "key", 64)
    if pair not in PAIR_WORDS:
        raise BadInput("the terms of which planes?", "plane_pair")
    form = _form(request, pair)
    if not form.is_valid():
        return _terms(request, pair, form)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    try:
        made = request_terms(**form.terms(), idempotency_key=key, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _terms(request, pair, form)
    others = who_could_decide(made.id, at=request.at)
    messages.info(request, sent_words(made, len(others)))
    return redirect("approval", made.number)


def _form(request: Signed, pair: str) -> AskTerms:
    newest = next((v for v in found.plane_terms() if v.plane_pair == pair), None)
    return AskTerms(request.POST if request.method == "POST" else None, pair=pair, now=terms_of(pair, newest))


def _terms(request: Signed, pair: str, form: AskTerms | None = None) -> HttpResponse:
    versions, form = found.plane_terms(), form or _form(request, pair)
    page = terms_page(versions, found.decisions({v.decision_id for v in versions}))
    says = "How long a counterpart may take and how much may differ. They change by two people, as a new version."
    frame = pages.frame("settings-terms", "Terms of the planes", says, request.actor)
    title = f"Ask for other terms: {PAIR_WORDS[pair].lower()}"
    box = pages.box(
        "terms-ask",
        form,
        title,
        "Send for approval",
        "A controller decides. Runs from then on judge by them, open cases too.",
    )
    return form_page(request, "settings/terms.html", frame | page | {"pair": pair}, box, form)
