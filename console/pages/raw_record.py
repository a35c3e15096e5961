"""A delivery as it came, made readable: text with everything invisible as an escape, JSON laid out without changing a sign
of it, and signatures shortened. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

from console.display import digest

HUSHED = re.compile("sig|hmac|secret|token|key|auth", re.I)  # names of headers whose values prove something
MOST_SHOWN = 64 * 1024  # characters; no provider sends as much
_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.S)


def raw_record(headers: list[list[str]], body: bytes) -> dict[str, Any]:
    """What templates/events/raw.html takes: {headers: [(name, value, short: bool)], body, form, size, cut: bool}."""
    text, form = _text(body)
    return {
        "headers": [(visible(name), *_shown(name, value)) for name, value in headers],
        "body": text[:MOST_SHOWN], "form": form, "size": len(body), "cut": len(text) > MOST_SHOWN,
    }  # fmt: skip


def _shown(name: str, value: str) -> tuple[str, bool]:
    if not HUSHED.search(name):
        return visible(value), False
    shown = digest(visible(value))
    return ("…" if len(value) <= 9 and value else shown), True


def _text(body: bytes) -> tuple[str, str]:
    """The body as text and in which form it is shown: JSON, text or bytes."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return visible(body.decode("ascii", "backslashreplace")), "bytes"
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return visible(text), "text"
    return visible(laid_out(text)), "JSON"


def laid_out(text: str) -> str:
    """JSON on lines of its own, two blanks a level; every string and number as it was written, names twice included."""
    return "".join(_lines(text)).strip("\n")


def _lines(text: str) -> Iterator[str]:
    depth, before = 0, ""
    for found in _SIGN.finditer(text):
        sign = found[0]
        if sign in "]}":
            depth -= 1
            yield "" if before and before in "[{" else "\n" + "  " * min(depth, 40)
        elif before and before in "[{,":
            yield "\n" + "  " * min(depth, 40)
        yield sign + (" " if sign == ":" else "")
        depth += sign in "[{"
        before = sign


def visible(text: str) -> str:
    """Nothing that is written can hide: controls, overrides of direction and lone surrogates stand as escapes."""
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)
