"""What a request may carry: a body of a known size, and JSON that can be read in one way only."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.strict_json import read_object

LARGEST_JSON: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

NOT_KEPT = {"bad_number", "bad_text", "duplicate_key", "too_deep"}
"""What JSON allows and neither this parser nor the database takes."""


class TooLarge(APIException):
    """The declared body is larger than the address takes. Nothing of it has been read."""

    status_code = 413
    default_code = "too_large"


class Unreadable(ParseError):
    """The body is not one JSON object, or is one that nobody can keep. `where` is the path of the field, empty when the whole
    body is meant."""

    def __init__(self, code: str, message: str, where: str) -> None:
        super().__init__(message)
        self.default_code, self.where = code, where
        self.status_code = 422 if code in NOT_KEPT else 400


class JsonBody(JSONParser):
    """A name twice, NaN, NUL, lone surrogates and deep nesting are refused with their place: each would be read differently
    by whoever reads it next. A number with a point is kept as written in metadata; amounts are texts."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            return read_object(stream.read(LARGEST_JSON + 1), LARGEST_JSON, float)  # not money
        except PayloadRefused as refused:
            raise Unreadable(refused.code, str(refused), refused.where) from None


def refuse_too_large(request: HttpRequest, largest: int) -> None:
    """Raise TooLarge by the length that the request declares. A server reads no further than that length."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not (said.isascii() and said.isdecimal()) or len(said) > 15 or int(said) > largest:
        raise TooLarge(f"a body has at most {largest} bytes here")
