"""The page before a payment's proof: what the file holds, how it is verified, and to whom it was handed out."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.payment_proof import proof_page
from console.pages.written import text_of
from console.permitted import Signed, opens
from reconciliation.errors import NotFound
from reconciliation.lookup.keys import LONGEST
from reconciliation.lookup.read_payment import read_payment
from reconciliation.permissions import Permission
from reconciliation.recovery.proof.handed_out import handed_out


@opens(Permission.DOWNLOAD_EVIDENCE)
def proof_of(request: Signed) -> HttpResponse:
    """GET /payment-proofs/of/?payment="""
    facts = read_payment(text_of(request.GET, "payment", LONGEST))
    if not facts.known:
        raise NotFound("no payment has this key")
    return render(request, "payments/proof.html", proof_page(facts, handed_out(facts.thread)))
