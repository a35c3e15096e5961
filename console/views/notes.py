"""A note while it is written, whatever it is about: what it leans on, and the payment to name instead."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.written import text_of
from console.permitted import Signed, writes
from reconciliation.cases.acts import LONGEST_TEXT
from reconciliation.lookup.offered import leaning_on
from reconciliation.permissions import Permission

LONGEST_ID, LONGEST_PAYMENT = 40, 200


@writes(Permission.VIEW_PAYMENTS)
def note_check(request: Signed) -> HttpResponse:
    """POST /note-check/?into=<id of the box>&payment=<payment_id that the note is about>: a warning, or nothing. A form's text is
    sent, for a note is no part of an address; nothing is kept."""
    text = request.POST.get("text") or request.POST.get("note", "")
    payment = text_of(request.GET, "payment", LONGEST_PAYMENT)
    leaning = leaning_on(text[:LONGEST_TEXT], payment_id=payment, today=request.at.date())
    context = {"leaning": leaning, "into": text_of(request.GET, "into", LONGEST_ID)}
    return render(request, "components/leaning.html", context)
