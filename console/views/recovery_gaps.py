"""What is done about one gap of a recovery run: tied to a correction, its order moved by two people, accepted by two people; and
looking again at what was carried out."""

from django.http import HttpResponse

from console.pages.proposal import sent_words
from console.pages.words import plural
from console.pages.written import a_number, text_of
from console.permitted import Signed, writes
from console.views.recovery import answered
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.rules import LONGEST_NOTE
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission
from reconciliation.recovery.runs.recheck_gaps import recheck_gaps
from reconciliation.recovery.runs.request_acceptance import LONGEST, request_acceptance
from reconciliation.recovery.runs.request_gap_move import request_gap_move
from reconciliation.recovery.runs.tie_request import tie_request


@writes(Permission.CLASSIFY_GAPS)
def tie(request: Signed, number: int, gap: int) -> HttpResponse:
    """POST /recovery/<number>/gaps/<gap>/tie/: request (its number, or CR- and its number)"""
    named = text_of(request.POST, "request", 24).upper().removeprefix("CR-")
    asked = a_number({"request": named}, "request")
    if not asked:
        raise BadInput("which request? Its number, or CR- and its number", "request")
    tie_request(number=number, gap=gap, request=asked, actor=request.actor, at=request.at)
    return answered(request, number, f"CR-{asked} is tied to G-{gap}", gap)


@writes(Permission.MOVE_ORDER)
def move(request: Signed, number: int, gap: int) -> HttpResponse:
    """POST /recovery/<number>/gaps/<gap>/move/: order, seen, what ("refunded CUSTOMER_REFUNDED_OUTSIDE"), ticket, note, key"""
    to, _, code = text_of(request.POST, "what").partition(" ")
    if not code:
        raise BadInput("what does it become, and why?", "what")
    said = ByHand(
        order_ref=text_of(request.POST, "order"), seen=text_of(request.POST, "seen"), to=to, reason_code=code,
        ticket=text_of(request.POST, "ticket", 200), key=text_of(request.POST, "key"),
        note=request.POST.get("note", "").replace("\r\n", "\n")[: LONGEST_NOTE + 1],
    )  # fmt: skip
    made = request_gap_move(said, number=number, gap=gap, actor=request.actor, at=request.at)
    return answered(request, number, sent_words(made, len(who_could_decide(made.id, at=request.at))), gap)


@writes(Permission.CLASSIFY_GAPS)
def accept(request: Signed, number: int, gap: int) -> HttpResponse:
    """POST /recovery/<number>/gaps/<gap>/accept/: reason, key"""
    made = request_acceptance(
        number=number, gap=gap, reason=request.POST.get("reason", "").replace("\r\n", "\n")[: LONGEST + 1],
        idempotency_key=text_of(request.POST, "key", 64), actor=request.actor, at=request.at,
    )  # fmt: skip
    return answered(request, number, sent_words(made, len(who_could_decide(made.id, at=request.at))), gap)


@writes(Permission.CLASSIFY_GAPS)
def recheck(request: Signed, number: int) -> HttpResponse:
    """POST /recovery/<number>/recheck/"""
    looked, gone = recheck_gaps(number=number, actor=request.actor, at=request.at)
    return answered(request, number, f"Looked at {plural(looked, 'gap')} again: {gone} gone")
