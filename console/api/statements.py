"""Statements in: one file, imported at once or refused whole with the place named."""

from datetime import datetime
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.shapes import ProblemSerializer, StatementUploadSerializer
from ledger.actors import Actor
from reconciliation.bank.find_bank_account import find_bank_account
from reconciliation.bank.formats.limits import LIMITS
from reconciliation.bank.import_statement import import_now
from reconciliation.errors import BadInput


class Statements(TenantView):
    """POST /api/v1/statements/ as multipart: file, account, and format or profile."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={"multipart/form-data": StatementUploadSerializer},
        responses={200: OpenApiTypes.OBJECT, 400: ProblemSerializer, 404: ProblemSerializer},
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime) -> Response:
        form = cast("dict[str, Any]", request.data)
        upload = form.get("file")
        if not isinstance(upload, UploadedFile):
            raise BadInput("file is missing", "file")
        if (upload.size or 0) > LIMITS.max_bytes:
            raise BadInput(f"a statement file has at most {LIMITS.max_bytes} bytes", "file")
        account = find_bank_account(form.get("account"))
        done = import_now(
            account, file_name=upload.name or "statement", content=upload.read(), actor=actor, at=at,
            file_format=str(form.get("format") or "auto"), profile_name=str(form.get("profile") or ""),
        )  # fmt: skip
        return Response(
            {
                "import": str(done.bank_import.public_id), "state": done.bank_import.state, "repeated": done.repeated,
                "new_lines": done.new_lines, "statements": [o.state for o in done.outcomes],
            }
        )  # fmt: skip
