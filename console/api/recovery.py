"""Recovery runs, for whoever watches; a class of a gap, set by the person whose token it is, one gap at a time."""

from datetime import datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import CURSOR, body_of, cursor_of
from console.api.recovery_shapes import (
    ClassSetSerializer,
    OneRecoverySerializer,
    RecoveriesSerializer,
    RecoveryGapPageSerializer,
    SetClassSerializer,
)
from console.pages.recovery_json import gap_json, one_json, run_json
from ledger.actors import Actor
from reconciliation.errors import BadInput, CannotBe, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.correcting import gaps_after
from reconciliation.recovery.runs.run_pages import all_runs, whole_run
from reconciliation.recovery.runs.set_class import set_class
from reconciliation.recovery.runs.standing import standing_of

PAGE, LARGEST = 200, 2**62


class Recoveries(TenantView):
    """GET /api/v1/recovery/"""

    @extend_schema(
        description="The newest 200 recovery runs, open ones first. While one stands frozen, checkpoints are not lifted, and"
        " nothing is posted anew or moved by hand.",
        responses=answers(RecoveriesSerializer),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_RECOVERY)
        return Response({"recoveries": [run_json(x) for x in all_runs()]})


class OneRecovery(TenantView):
    """GET /api/v1/recovery/RR-{number}/"""

    @extend_schema(
        description="One run: its steps with their digests, the gate to the next, and its gaps by state and currency.",
        responses=answers(OneRecoverySerializer, 404),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime, number: int) -> Response:
        require(actor, Permission.VIEW_RECOVERY)
        return Response(one_json(whole_run(_known(number), at)))


class RecoveryGaps(TenantView):
    """GET /api/v1/recovery/RR-{number}/gaps/"""

    query = frozenset({"cursor"})

    @extend_schema(
        description=f"The gaps of a run in their order, {PAGE} at a time, each with its class and how far it is corrected.",
        parameters=[CURSOR], responses=answers(RecoveryGapPageSerializer, 404, 422),
    )  # fmt: skip
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime, number: int) -> Response:
        require(actor, Permission.VIEW_RECOVERY)
        cursor = cursor_of(request)
        if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 18):
            raise CannotBe("the cursor is `next` of the page before", "cursor")
        found = gaps_after(standing_of(_known(number)).run, int(cursor or 0), PAGE + 1)
        following = str(found[PAGE - 1].number) if len(found) > PAGE else None
        return Response({"gaps": [gap_json(g) for g in found[:PAGE]], "next": following})


class RecoveryClassSet(TenantView):
    """POST /api/v1/recovery/RR-{number}/gaps/G-{gap}/class/"""

    @extend_schema(
        description="Gives one gap one class of the ten, as the person whose token this is. Set anew, the last one counts.",
        request=SetClassSerializer,
        responses=answers(ClassSetSerializer, 404, 409, body=True),
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime, number: int, gap: int) -> Response:
        body = body_of(request, {"exception_class", "key"})
        name, key = body.get("exception_class"), body.get("key")
        if not isinstance(name, str) or not isinstance(key, str):
            raise BadInput("exception_class and key are text", "key" if isinstance(name, str) else "exception_class")
        made = set_class(number=_known(number), gap=_known(gap), exception_class=name, key=key, actor=actor, at=at)
        return Response(
            {
                "gap": f"G-{gap}",
                "exception_class": made.exception_class,
                "by": made.set_by,
                "at": made.set_at.isoformat(),
            }
        )


def _known(number: int) -> int:
    """Raises NotFound for a number that no row can have."""
    if number > LARGEST:
        raise NotFound("nothing has this number")
    return number
