"""POST /hooks/<token>/: where providers deliver. What can be kept is kept and acknowledged; nothing is believed here.

The answer tells nobody whether the signature fitted: a refusal would lose the event at providers that never send it again,
and would help who tries keys. Only what cannot be stored is refused: no such address, too large, no database.
"""

from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reconciliation.provider.empty_inbox import ring_for
from reconciliation.provider.limits import MAX_BODY
from reconciliation.provider.receive import address_of, receive

ANSWERS = {"adyen": "[accepted]"}


@csrf_exempt
@require_POST
def hook(request: HttpRequest, token: str) -> HttpResponse:
    """200 once the delivery is committed; 404, 413 or 503 when nothing of it is kept."""
    if _declared(request) > MAX_BODY:
        return _answer("too large", 413)
    try:
        address = address_of(token)
        if address is None:
            return _answer("no such address", 404)
        body = request.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            return _answer("too large", 413)
        receive(address, list(request.headers.items()), body, at=datetime.now(UTC))
    except (OperationalError, InterfaceError):
        return _answer("not stored, send it again", 503)
    ring_for(address.tenant_id)
    return _answer(ANSWERS.get(address.scheme, "stored"), 200)


def _declared(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 0


def _answer(text: str, status: int) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer
