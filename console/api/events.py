"""The provider's events out."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import CURSOR, cursor_of, text_parameter, word
from console.api.payment_shapes import EventPageSerializer
from ledger.actors import Actor
from ledger.keyset import SIZE, Place
from reconciliation.lookup.keys import LONGEST
from reconciliation.permissions import Permission, require
from reconciliation.provider import event_pages
from reconciliation.provider.models import Event


class Events(TenantView):
    """GET /api/v1/events/"""

    query = frozenset({"cursor", "q"})

    @extend_schema(
        description=f"The provider event log by the provider's clock, newest first, {SIZE} at a time.",
        parameters=[CURSOR, text_parameter("q", LONGEST, "a payment's, order's, transaction's or event's id")],
        responses=answers(EventPageSerializer, 404),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_EVENTS)
        asked = event_pages.Asked(q=word(request, "q", LONGEST))
        page = event_pages.events(Place(cursor_of(request)), asked, event_pages.endpoints())
        following = str(page.rows[-1].public_id) if page.has_next else None
        return Response({"events": [_event(e) for e in page.rows], "next": following})


def _event(e: Event) -> dict[str, Any]:
    return {
        "id": str(e.public_id), "endpoint": e.endpoint.name, "event_id": e.event_id, "type": e.type,
        "provider_type": e.provider_type, "payment_ref": e.payment_ref, "order_ref": e.order_ref,
        "occurred_at": e.occurred_at.isoformat(), "received_at": e.received_at.isoformat(),
        "amount_minor": None if e.amount_minor is None else str(int(e.amount_minor)), "asset": e.asset, "txid": e.txid,
        "flags": e.flags,
    }  # fmt: skip
