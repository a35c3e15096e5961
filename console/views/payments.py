"""One payment over all planes, found by whatever key somebody has of it."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.links import link, links_for
from console.pages.payment import payment_context
from console.pages.payments import found_context
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from reconciliation.errors import NotFound
from reconciliation.lookup.find_payments import find_payments
from reconciliation.lookup.keys import LONGEST, sought
from reconciliation.lookup.macro_versions import macros
from reconciliation.lookup.phrases import Language
from reconciliation.lookup.read_payment import read_payment
from reconciliation.lookup.sentences import told
from reconciliation.people.choose_language import choose_language
from reconciliation.permissions import Permission

LINK = "explorer"


@opens(Permission.VIEW_PAYMENTS)
def lookup(request: Signed) -> HttpResponse:
    """GET /payments/?q=: one exact hit opens, several are listed, none says what was looked for."""
    query = text_of(request.GET, "q", LONGEST)
    asked = sought(query)
    if asked is None:
        return render(request, "payments/list.html", found_context("", None, [], links_for(request.actor)))
    hits = find_payments(asked)
    if len(hits) == 1 and hits[0].exact and not hits[0].thread.startswith("line "):
        return redirect(link("payment", hits[0].thread, q=query, by=LINK if asked.link else ""))
    return render(request, "payments/list.html", found_context(query, asked, hits, links_for(request.actor)))


@opens(Permission.VIEW_PAYMENTS)
def payment(request: Signed, key: str) -> HttpResponse:
    """GET /payments/<key>/: by payment id, order, the provider's id of it, or a transaction's whole id."""
    facts = read_payment(key)
    if not facts.known:
        raise NotFound("no payment has this key")
    language = cast(Language, request.user.person.language)
    context = payment_context(
        facts,
        told(facts, request.at, language),
        query=text_of(request.GET, "q", LONGEST),
        at=request.at,
        to=links_for(request.actor),
        language=language,
        macros=macros(language),
    )
    by_link = request.GET.get("by") == LINK
    return render(request, "payments/payment.html", {**context, "by_link": by_link, "key": key})


@writes(Permission.VIEW_PAYMENTS)
def language(request: Signed) -> HttpResponse:
    """POST /sentence-language/: the language of the sentence, kept for the person; back to the payment it was chosen on."""
    choose_language(language=text_of(request.POST, "language", 10), actor=request.actor, at=request.at)
    key = text_of(request.POST, "payment", LONGEST)
    return redirect(link("payment", key) if key else link("payments"))
