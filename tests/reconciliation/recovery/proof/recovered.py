"""A recovery from opening to close over matches, cases and postings, and what is sealed of it."""

from datetime import timedelta

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.cases.add_note import add_note
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.request_reversal import request_reversal
from reconciliation.recovery.models import EvidencePiece
from reconciliation.recovery.runs.close_corrections import close_corrections
from reconciliation.recovery.runs.tie_request import tie_request
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted

CLOSED = LATER + timedelta(hours=3)
UNTIGHTENED = "The tool that let it through was switched off; no checkpoint sees it."
NOTE = "No provider has told of it; the shop is asked."


def recovered(shop: Drifted, maker: Actor, checker: Actor) -> bytes:
    """The last bundle of RR-1, which two people closed: an order that nobody paid was posted from an export, fulfilled by hand,
    reversed and refunded. The matcher ran before the run was opened; while it stood open, a match was lost to a posting made
    twice, and found anew once that was reversed."""
    unpaid = shop.post_from_export("o2")
    shop.match(minute=2800)
    shop.match(minute=2870)
    shop.to_corrections(maker)
    gap, early = shop.gap("o2", "unpaid"), shop.gap("o2", "fulfilled_early")
    with tenant(shop.tenant_id):
        case = ExceptionCase.objects.filter(payment_id="p-o2").order_by("number")[0]
        add_note(number=case.number, text=NOTE, key="n1", actor=maker, at=LATER)
    tied = ask_reversal(shop, unpaid, maker)
    with tenant(shop.tenant_id):
        for number in (gap, early):
            tie_request(number=1, gap=number, request=tied.number, actor=maker, at=LATER)
    shop.approve(tied, checker)
    shop.approve(shop.ask_move(gap, "o2", maker), checker)
    twice = shop.post_from_export("o4", minute=2881)
    shop.match(minute=2882)
    shop.approve(ask_reversal(shop, twice, maker), checker)
    shop.match(minute=2900)
    shop.recheck(maker, LATER + timedelta(hours=1))
    for ref, kind in (("o3", "under"), ("o4", "fulfilled_early")):
        shop.approve(shop.ask_acceptance(shop.gap(ref, kind), maker), checker)
    with tenant(shop.tenant_id):
        close_corrections(number=1, actor=maker, at=LATER)
    shop.compare(maker)
    shop.approve(shop.ask_close(maker, untightened=UNTIGHTENED), checker, CLOSED)
    shop.work(CLOSED + timedelta(minutes=1))
    return last_bundle(shop)


def ask_reversal(shop: Drifted, transaction: str, by: Actor) -> Made:
    with tenant(shop.tenant_id):
        return request_reversal(
            transaction=transaction,
            reason_code="POSTED_IN_ERROR",
            note=NOTE,
            idempotency_key=transaction,
            actor=by,
            at=LATER,
        )


def last_bundle(shop: Drifted) -> bytes:
    with tenant(shop.tenant_id):
        pieces = EvidencePiece.objects.order_by("bundle_id", "position").values_list("bundle_id", "content")
        return b"".join(bytes(content) for bundle, content in pieces if bundle == list(pieces)[-1][0])
