"""Model gaps: which codes of the bank no use case books, and what people said of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.gap_form import DocumentGap
from console.pages import model_gaps as pages
from console.pages.links import links_for
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.views.settings import say_beside
from reconciliation.corrections.document_gap import document_gap
from reconciliation.corrections.gaps import gaps
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed


@opens(Permission.VIEW_BANK)
def model_gaps(request: Signed) -> HttpResponse:
    """GET /bank/model-gaps/"""
    return _page(request, None)


@writes(Permission.DOCUMENT_GAP)
def model_gap_document(request: Signed) -> HttpResponse:
    """POST /bank/model-gaps/document/: append a note; the same form sent twice is one."""
    form = DocumentGap(request.POST, gaps=gaps())
    if not form.is_valid():
        return _page(request, form)
    account, code = form.named[form.cleaned_data["gap"]]
    try:
        document_gap(
            account=account, bank_code=code, owner=form.cleaned_data["owner"], note=form.cleaned_data["note"],
            key=text_of(request.POST, "key", 64), actor=request.actor, at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        say_beside(form, refusal)
        return _page(request, form)
    messages.info(request, f"Code {code or 'none'} of {account} is documented.")
    return redirect("model-gaps")


def _page(request: Signed, form: DocumentGap | None) -> HttpResponse:
    found = gaps()
    may = bool(found) and allowed(request.actor, Permission.DOCUMENT_GAP)
    shown = (form or DocumentGap(gaps=found)) if may else None
    page = pages.gaps_page(found, shown, links_for(request.actor))
    return render(request, "bank/model_gaps.html", page, status=400 if form else 200)
