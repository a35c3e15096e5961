"""JSON that can be read in one way only. Numbers with a point stay texts, so that no amount meets a float.

Refused, each with the path of the field: a name twice in one object, NaN and infinities, numbers of more than 40
characters, NUL and lone surrogates in texts, nesting beyond 24, bodies beyond 256 KiB where nothing else is said, any
encoding but UTF-8.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.limits import MAX_BODY, MAX_DEPTH, MAX_DIGITS


class NumberText(str):
    """A JSON number with a point or an exponent, as it was written. It is no text of the payload."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Broken:
    """Stands where something cannot be taken, until its path is known. `inside` is the name it concerns."""

    code: str
    message: str
    inside: str = ""


def read_object(body: bytes, largest: int = MAX_BODY, decimals: Callable[[str], Any] | None = None) -> dict[str, Any]:
    """The body's one object: its values are dict, list, str, int, NumberText (or what `decimals` makes of a number with a
    point), bool and None. Raises PayloadRefused."""
    if len(body) > largest:
        raise PayloadRefused("too_large", f"the body is larger than {largest} bytes")
    try:
        text = body.decode()
        read = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=decimals or _decimal,
            parse_int=_whole,
            parse_constant=_constant,
        )
    except UnicodeDecodeError:
        raise PayloadRefused("not_utf8", "the body is not UTF-8") from None
    except RecursionError:
        raise PayloadRefused("too_deep", f"nested deeper than {MAX_DEPTH}") from None
    except ValueError as error:
        raise PayloadRefused("bad_json", f"not readable as JSON ({error})"[:200]) from None
    _check(read)
    if not isinstance(read, dict):
        raise PayloadRefused("not_an_object", "the body is not a JSON object")
    return read


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Broken:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return _Broken("duplicate_key", "the name stands twice in one object", twice)


def _whole(text: str) -> int | _Broken:
    return int(text) if len(text) <= MAX_DIGITS else _Broken("bad_number", f"a number of {len(text)} characters")


def _decimal(text: str) -> NumberText | _Broken:
    return NumberText(text) if len(text) <= MAX_DIGITS else _Broken("bad_number", f"a number of {len(text)} characters")


def _constant(text: str) -> _Broken:
    return _Broken("bad_number", f"{text} is not a number")


def _check(read: Any) -> None:
    """Walk without recursion: the path of the first thing that cannot be taken, or nothing."""
    waiting = [(read, "", 0)]
    while waiting:
        value, where, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise PayloadRefused("too_deep", f"nested deeper than {MAX_DEPTH}", where)
        if isinstance(value, _Broken):
            path = _join(where, value.inside) if value.inside else where
            raise PayloadRefused(value.code, value.message, path)
        if isinstance(value, str) and not _is_text(value):
            raise PayloadRefused("bad_text", "a text with NUL or a lone surrogate", where)
        if isinstance(value, dict | list):
            waiting.extend((inner, path, depth + 1) for path, inner in _members(value, where))


def _members(value: dict[str, Any] | list[Any], where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"{where}[{at}]", inner) for at, inner in enumerate(value))
        return
    for name, inner in value.items():
        if not _is_text(name):
            raise PayloadRefused("bad_text", "a name with NUL or a lone surrogate", where)
        yield _join(where, name), inner


def _is_text(text: str) -> bool:
    return (text.isascii() and "\0" not in text) or not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)


def _join(where: str, name: str) -> str:
    """A path for a message: foreign names shortened and with everything unprintable as an escape."""
    shown = name[:40] if name.isascii() and name.isprintable() else ascii(name[:40])
    return f"{where}.{shown}"[-200:] if where else shown
