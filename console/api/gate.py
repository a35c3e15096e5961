"""The release gate, for pipelines."""

from datetime import datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.shapes import GateSerializer
from console.pages.gate import gate_json
from ledger.actors import Actor
from reconciliation.oversight.release_gate import whole_gate
from reconciliation.permissions import Permission, require


class ReleaseGate(TenantView):
    """GET /api/v1/release-gate/"""

    @extend_schema(
        description="Whether enough settlement days in a row were clean on every reconciled account. A pipeline releases only "
        "when `open` is true; any other answer, or none, is a no.",
        responses=answers(GateSerializer),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_DRIFT)
        return Response(gate_json(whole_gate(at=at)))
