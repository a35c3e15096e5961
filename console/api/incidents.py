"""Security incidents, for whoever watches."""

from datetime import datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.shapes import IncidentsSerializer
from ledger.actors import Actor
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_pages import all_incidents, incident_json


class Incidents(TenantView):
    """GET /api/v1/incidents/"""

    @extend_schema(
        description="The newest 200 security incidents, open ones first. While one stands open, corrections of its account are"
        " frozen and nothing is released.",
        responses=answers(IncidentsSerializer),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_INCIDENTS)
        return Response({"incidents": [incident_json(x) for x in all_incidents()]})
