"""What the schema says of every operation beside its own answer: each refusal, as a problem document."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse

from console.api.problems import MEDIA_TYPE
from console.api.shapes import ProblemSerializer

SAID = {
    400: "The form does not fit: the path, a parameter, or the body as JSON or by its shape.",
    401: "No token, or one that has ended or expired.",
    403: "The token's holder may not do this.",
    404: "Nothing has this key in the token's tenant.",
    409: "It conflicts with what stands, or the key was sent before with another content.",
    413: "The body is too large. Nothing of it was read.",
    415: "The body is of another kind than this address takes.",
    422: "Well formed, and yet it cannot be: fields that contradict each other, or what stands.",
    503: "The database does not answer. Send it again with the same key.",
}
ALWAYS = (400, 401, 403, 503)
WITH_BODY = (413, 415, 422)
CLOSED = (
    "Acknowledge",
    "Asked",
    "Entry",
    "OrderStated",
    "Orders",
    "Posting",
    "Postings",
    "Reconcile",
    "SetClass",
    "Settle",
)
"""Shapes of requests that refuse a field of another name."""

Answers = dict[int | tuple[int, str], Any]


def answers(shape: Any, *more: int, body: bool = False, made: bool = False) -> Answers:
    """The responses of an operation: `shape` with 200 (and 201 when it may be `made`), the refusals that every one has, those
    of one that takes a `body`, and `more`."""
    told: Answers = {200: shape, **({201: shape} if made else {})}
    for status in sorted({*ALWAYS, *(WITH_BODY if body else ()), *more}):
        told[status, MEDIA_TYPE] = OpenApiResponse(ProblemSerializer, SAID[status])
    return told


def close_shapes(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """A hook of the schema's maker: what refuses unknown fields says so."""
    shapes: Mapping[str, Any] = result.get("components", {}).get("schemas", {})
    for name in CLOSED:
        if name in shapes:
            shapes[name]["additionalProperties"] = False
    return result
