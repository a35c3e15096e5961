"""Texts and metadata as systems of the outside state them: checked for what can be kept and shown, named when refused. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from reconciliation.errors import BadInput, CannotBe

MOST_METADATA = 16_000
# What may stand in a reference: any character that is seen as itself. Left out are controls, blanks other than the space,
# what joins or turns around the text beside it, private use, and noncharacters; two references that look alike are then equal.
UNSEEN = r"\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ue000-\uf8ff\ufeff\ufff0-\uffff"
SEEN = re.compile(rf"[^{UNSEEN}\ud800-\udfff]+")


def stated_text(data: Mapping[str, Any], name: str, where: str, longest: int) -> str | None:
    """The text of a field, None when it is missing or empty. Raises BadInput naming the field."""
    value = data.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not is_seen(value, longest):
        raise BadInput(f"{name} is printable text of at most {longest} characters", f"{where}.{name}")
    return value


def is_seen(text: str, longest: int) -> bool:
    """Whether a text is 1 to `longest` characters, each of which is seen."""
    return len(text) <= longest and SEEN.fullmatch(text) is not None


def stated_metadata(value: object, where: str) -> dict[str, Any]:
    """What PostgreSQL can keep as jsonb: an object without NUL, lone surrogates, NaN, and of a sane size."""
    if not isinstance(value, dict):
        raise BadInput("metadata is an object", where)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError) as error:
        raise CannotBe(f"metadata cannot be kept: {error}"[:200], where) from error
    if len(text) > MOST_METADATA or "\\u0000" in text:
        raise CannotBe(f"metadata has at most {MOST_METADATA} characters and no NUL", where)
    return value


def missing(where: str, name: str) -> NoReturn:
    """Refuse: the field is needed."""
    raise BadInput(f"{name} is missing", f"{where}.{name}")
