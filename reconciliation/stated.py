"""Texts and metadata as systems of the outside state them: checked for what can be kept and shown, named when refused. Pure."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from reconciliation.errors import BadInput

MOST_METADATA = 16_000


def stated_text(data: Mapping[str, Any], name: str, where: str, longest: int) -> str | None:
    """The text of a field, None when it is missing or empty. Raises BadInput naming the field."""
    value = data.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > longest or "\x00" in value or not value.isprintable():
        raise BadInput(f"{name} is printable text of at most {longest} characters", f"{where}.{name}")
    return value


def stated_metadata(value: object, where: str) -> dict[str, Any]:
    """What PostgreSQL can keep as jsonb: an object without NUL, lone surrogates, NaN, and of a sane size."""
    if not isinstance(value, dict):
        raise BadInput("metadata is an object", where)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError) as error:
        raise BadInput(f"metadata cannot be kept: {error}"[:200], where) from error
    if len(text) > MOST_METADATA or "\\u0000" in text:
        raise BadInput(f"metadata has at most {MOST_METADATA} characters and no NUL", where)
    return value


def missing(where: str, name: str) -> NoReturn:
    """Refuse: the field is needed."""
    raise BadInput(f"{name} is missing", f"{where}.{name}")
