"""A provider's delivery out of files, for the command that checks one. A header that came twice must stay twice."""

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from reconciliation.errors import BadInput
from reconciliation.provider.limits import MAX_BODY
from reconciliation.provider.signatures.headers import Headers

LONGEST = 4 * MAX_BODY  # of the JSON file: base64 and headers included


class Pairs(list[tuple[str, Any]]):
    """A JSON object as its members came, a name perhaps twice."""


def read_body(path: Path) -> bytes:
    """As they stand in the file; one byte more than is looked at, so that too large is seen. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(MAX_BODY + 1)


def read_headers(path: Path) -> Headers:
    """An object of names and values (a value may be a list), or a list of pairs. Raises BadInput, OSError."""
    return _headers(_json(path), path.name)


def read_delivery(path: Path) -> tuple[Headers, bytes]:
    """An object of `headers` and `body` (a text, in UTF-8) or `body_base64`. Raises BadInput, OSError."""
    read = _json(path)
    members = dict(read) if isinstance(read, Pairs) else {}
    if isinstance(members.get("body"), str):
        return _headers(members.get("headers", Pairs()), path.name), _encoded(members["body"], path.name)
    if isinstance(members.get("body_base64"), str):
        return _headers(members.get("headers", Pairs()), path.name), _decoded(members["body_base64"], path.name)
    raise BadInput("holds neither body nor body_base64", path.name)


def _json(path: Path) -> Any:
    with path.open("rb") as stream:
        content = stream.read(LONGEST + 1)
    try:
        if len(content) > LONGEST:
            raise ValueError(f"larger than {LONGEST} bytes")
        return json.loads(content, object_pairs_hook=Pairs)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not readable as JSON ({error})"[:300], path.name) from None


def _headers(read: Any, where: str) -> Headers:
    pairs = [tuple(pair) for pair in read if isinstance(pair, list | tuple)] if isinstance(read, list) else []
    if not isinstance(read, list) or len(pairs) != len(read) or any(len(pair) != 2 for pair in pairs):
        raise BadInput("headers are neither an object nor a list of pairs", where)
    flat = [(name, one) for name, value in pairs for one in (value if isinstance(value, list) else [value])]
    if not all(isinstance(name, str) and isinstance(one, str) for name, one in flat):
        raise BadInput("a header's name or value is not a text", where)
    return flat


def _encoded(text: str, where: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise BadInput("body holds a lone surrogate; give body_base64", where) from None


def _decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("body_base64 is not base64", where) from None
