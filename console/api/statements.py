"""Statements in: one file, imported at once or refused whole with the place named."""

from datetime import datetime
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.shapes import ImportedSerializer, StatementUploadSerializer
from ledger.actors import Actor
from reconciliation.bank.find_bank_account import find_bank_account
from reconciliation.bank.formats.limits import LIMITS
from reconciliation.bank.import_statement import import_now
from reconciliation.errors import BadInput

FORM = 1024 * 1024  # what a form adds around its file


class Statements(TenantView):
    """POST /api/v1/statements/ as multipart: file, account, and format or profile."""

    parser_classes = (MultiPartParser,)
    largest = LIMITS.max_bytes + FORM

    @extend_schema(
        request={"multipart/form-data": StatementUploadSerializer},
        responses=answers(ImportedSerializer, 404, 409, body=True),
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime) -> Response:
        form = cast("dict[str, Any]", request.data)
        name, content = _file(form.get("file"))
        account = find_bank_account(form.get("account"))
        done = import_now(
            account, file_name=name, content=content, actor=actor, at=at,
            file_format=str(form.get("format") or "auto"), profile_name=str(form.get("profile") or ""),
        )  # fmt: skip
        return Response(
            {
                "import": str(done.bank_import.public_id), "state": done.bank_import.state, "repeated": done.repeated,
                "new_lines": done.new_lines, "statements": [o.state for o in done.outcomes],
            }
        )  # fmt: skip


def _file(given: object) -> tuple[str, bytes]:
    """The name and the bytes of the file; a part of the form without a file name holds it as well. Raises BadInput."""
    if isinstance(given, str):
        return "statement", given.encode()
    if not isinstance(given, UploadedFile):
        raise BadInput("file is missing", "file")
    if (given.size or 0) > LIMITS.max_bytes:
        raise BadInput(f"a statement file has at most {LIMITS.max_bytes} bytes", "file")
    return given.name or "statement", given.read()
