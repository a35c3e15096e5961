"""One payment over all planes, found by whatever key somebody has of it."""

from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import cast

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render

from console.pages.links import Link, link, links_for
from console.pages.payment import payment_context
from console.pages.payments import found_context, waiting_context
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from reconciliation.cases.case_page import case_numbered
from reconciliation.errors import NotFound
from reconciliation.lookup.find_payments import find_payments
from reconciliation.lookup.keys import LONGEST, sought
from reconciliation.lookup.list_hits import HitRow, list_hits
from reconciliation.lookup.macro_versions import macros
from reconciliation.lookup.phrases import Language
from reconciliation.lookup.read_payment import read_payment
from reconciliation.lookup.sentences import told
from reconciliation.lookup.waiting_postings import waiting_postings
from reconciliation.people.choose_language import choose_language
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.proof.prove_payment import prove_payment

LINK = "explorer"


@opens(Permission.VIEW_PAYMENTS)
def lookup(request: Signed) -> HttpResponse:
    """GET /payments/?q=: one exact hit opens, several are listed, none says what was looked for. A case's number opens the case."""
    query = text_of(request.GET, "q", LONGEST)
    to = links_for(request.actor)
    asked = sought(query, request.at.date())
    if asked is None:
        return render(request, "payments/list.html", found_context("", None, [], to))
    hits = find_payments(asked, request.at.date())
    if not hits and asked.case and (case := _case(asked.case, to)):
        return redirect(case)
    rows = (
        list_hits(hits)
        if hits[1:] or any(not hit.opens or not hit.exact for hit in hits)
        else [HitRow(h) for h in hits]
    )
    if len(rows) == 1 and rows[0].hit.exact and rows[0].hit.opens:
        return redirect(link("payment", rows[0].hit.thread, q=query, by=LINK if asked.link else ""))
    waits = [] if rows else waiting_context(waiting_postings(asked.text, request.at), to)
    return render(request, "payments/list.html", found_context(query, asked, rows, to) | {"waits": waits})


def _case(number: int, to: Link) -> str:
    """Where the case is, for those who may see cases; "" when there is none."""
    try:
        return to("exception-case", case_numbered(number).number)
    except NotFound:
        return ""


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
    by_link, may_prove = request.GET.get("by") == LINK, allowed(request.actor, Permission.DOWNLOAD_EVIDENCE)
    return render(request, "payments/payment.html", {**context, "by_link": by_link, "key": key, "may_prove": may_prove})


@writes(Permission.DOWNLOAD_EVIDENCE)
def proof(request: Signed) -> FileResponse:
    """POST /payment-proofs/: the proof of the payment that the form names. An act, because it is audited."""
    with ExitStack() as closing:
        out = closing.enter_context(TemporaryFile())
        manifest = prove_payment(
            key=text_of(request.POST, "payment", LONGEST), out=out, actor=request.actor, at=request.at
        )
        closing.pop_all()  # the answer closes it
    return FileResponse(out, as_attachment=True, filename=manifest["name"], content_type="application/zip")


@writes(Permission.VIEW_PAYMENTS)
def language(request: Signed) -> HttpResponse:
    """POST /sentence-language/: the language of the sentence, kept for the person; back to the payment it was chosen on."""
    choose_language(language=text_of(request.POST, "language", 10), actor=request.actor, at=request.at)
    key = text_of(request.POST, "payment", LONGEST)
    return redirect(link("payment", key) if key else link("payments"))
