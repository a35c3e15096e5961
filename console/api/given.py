"""What a request gives beside its use case's own checks: the fields of its body, the words of its query."""

from collections.abc import Collection, Container
from datetime import date, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from console.api.fields import SEEN
from reconciliation.errors import BadInput, NotFound

LONGEST_CURSOR = 64
CURSOR = OpenApiParameter("cursor", str, description="`next` of the page before")


def body_of(request: Request, known: Collection[str]) -> dict[str, Any]:
    """The body as an object of known fields. Raises BadInput naming the first that is none of them."""
    body = request.data
    if not isinstance(body, dict):
        raise BadInput("the body is an object", "body")
    if unknown := sorted(set(body) - set(known)):
        raise BadInput(f"unknown field {unknown[0]!a:.80}", f"{unknown[0]:.80}")
    return body


def word(request: Request, name: str, longest: int, known: Container[str] | None = None) -> str:
    """A word of the query, "" when it is not given. Raises BadInput when it is too long, no text, or none of the known."""
    if name not in request.query_params:
        return ""
    value = request.query_params[name]
    if len(value) > longest or "\x00" in value or (known is not None and value not in known):
        raise BadInput(
            f"{name} is none that is known here" if known else f"{name} has at most {longest} characters", name
        )
    return value


def code_parameter(name: str, longest: int, says: str = "") -> OpenApiParameter:
    """How the schema describes the code of something that has one."""
    kind = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": SEEN}
    return OpenApiParameter(name, kind, description=says)


def text_parameter(name: str, longest: int, says: str = "", *, required: bool = False) -> OpenApiParameter:
    """How the schema describes a word."""
    kind = {"type": "string", "maxLength": longest, "pattern": r"^[^\x00]*$"}
    return OpenApiParameter(name, kind, description=says, required=required)


def day_parameter(name: str) -> OpenApiParameter:
    """How the schema describes a day."""
    return OpenApiParameter(name, OpenApiTypes.DATE)


def day_of(value: object, name: str) -> date | None:
    """A date of a query or a body, YYYY-MM-DD, or None. Raises BadInput."""
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) == 10 and value.isascii():
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadInput(f"{name} is a date, YYYY-MM-DD", name)


def cursor_of(request: Request) -> str:
    """The place where a page begins, "" for the first. Raises NotFound for what can be none."""
    mark = request.query_params.get("cursor", "")
    if len(mark) > LONGEST_CURSOR or "\x00" in mark:
        raise NotFound("no such place in the list")
    return mark


def case_cursor(mark: str) -> str:
    """A place in the list of cases: an instant and a number. Raises NotFound for what is none."""
    due, _, number = mark.partition("~")
    try:
        if not mark or (
            datetime.fromisoformat(due).tzinfo and number.isascii() and number.isdigit() and len(number) < 19
        ):
            return mark
    except ValueError:
        pass
    raise NotFound("no such place in the list")
