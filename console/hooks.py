"""POST /hooks/<token>/: where providers deliver. What can be kept is kept and acknowledged; nothing is believed here.

The answer tells nobody whether the signature fitted: a refusal would lose the event at providers that never send it again,
and would help who tries keys. Only what cannot be stored is refused: no such address, too large, no database.
"""

from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reconciliation.provider.empty_inbox import ring_for
from reconciliation.provider.limits import MAX_BODY
from reconciliation.provider.receive import Address, address_of, known_address, receive
from reconciliation.provider.signatures.headers import Headers

ANSWERS = {"adyen": "[accepted]"}


@csrf_exempt
@require_POST
def hook(request: HttpRequest, token: str) -> HttpResponse:
    """200 once the delivery is committed; 404, 413 or 503 when nothing of it is kept."""
    if _declared(request) > MAX_BODY:
        return _answer("too large", 413)
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return _answer("too large", 413)
    headers = list(request.headers.items())
    try:
        address = _kept(token, headers, body)
    except (OperationalError, InterfaceError):
        return _answer("not stored, send it again", 503)
    if address is None:
        return _answer("no such address", 404)
    ring_for(address.tenant_id)
    return _answer(ANSWERS.get(address.scheme, "stored"), 200)


def _kept(token: str, headers: Headers, body: bytes) -> Address | None:
    """Whose the delivery is, once it is stored; None when nobody's. A connection that died since its last use is opened anew:
    storing a delivery twice is a repetition, and repetitions have no effect."""
    was_open = connection.connection is not None
    try:
        return _receive(token, headers, body)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        if not was_open:
            raise
    return _receive(token, headers, body)


def _receive(token: str, headers: Headers, body: bytes) -> Address | None:
    at = datetime.now(UTC)
    for find in (known_address, address_of):  # what is known may have changed: then it is asked for
        address = find(token)
        if address is not None and receive(address, headers, body, at=at) is not None:
            return address
    return None


def _declared(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 0


def _answer(text: str, status: int) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
