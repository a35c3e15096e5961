"""Notifications out, and taking note of one by the person behind a token."""

from datetime import datetime

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import CURSOR, body_of, cursor_of, word
from console.api.notification_shapes import (
    AcknowledgedSerializer,
    AcknowledgeSerializer,
    NotificationPageSerializer,
)
from console.pages.notifications import notification_json
from ledger.actors import Actor
from ledger.keyset import Place
from reconciliation.errors import BadInput
from reconciliation.oversight.escalation.acknowledge_notification import acknowledge_notification
from reconciliation.oversight.escalation.notification_pages import notifications
from reconciliation.permissions import Permission, require

PAGE = 200
SHOWS = ("waiting", "all")


class Notifications(TenantView):
    """GET /api/v1/notifications/"""

    query = frozenset({"cursor", "show"})

    @extend_schema(
        description=f"What escalation rules have told, newest first, {PAGE} at a time: those that nobody has acknowledged, or all.",
        parameters=[CURSOR, OpenApiParameter("show", str, enum=SHOWS, description="waiting when left out")],
        responses=answers(NotificationPageSerializer, 404),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_NOTIFICATIONS)
        show = word(request, "show", 10, SHOWS)
        page = notifications(Place(cursor_of(request)), waiting_alone=show != "all", size=PAGE)
        following = str(page.rows[-1].notification.number) if page.has_next else None
        return Response({"notifications": [notification_json(shown) for shown in page.rows], "next": following})


class Acknowledgement(TenantView):
    """POST /api/v1/notifications/N-{number}/acknowledge/"""

    @extend_schema(
        description="Says that the person whose token this is knows. Once: the first counts. It closes no case.",
        request=AcknowledgeSerializer,
        responses=answers(AcknowledgedSerializer, 404, 409, body=True),
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, number: int) -> Response:
        note = body_of(request, {"note"}).get("note")
        if note is not None and not isinstance(note, str):
            raise BadInput("note is text", "note")
        made = acknowledge_notification(number=number, note=note or "", actor=actor, at=at)
        return Response({"notification": f"N-{number}", "by": made.name, "at": made.at.isoformat(), "note": made.note})
