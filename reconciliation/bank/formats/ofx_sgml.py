"""OFX 1 is SGML without its document type: a leaf may stay unclosed, an element that holds others may not. What was opened
and never closed is therefore a leaf, which is told only when its parent closes.

Read as bytes: every encoding that the header may name is ASCII where a tag stands, and a text is decoded by itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.xml_tree import Node, every

DEEPEST = 40
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9._-]{0,63})\s*>([^<]*)")
_ENTITY = re.compile("&(amp|lt|gt|quot|apos|nbsp);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}


Element = tuple[str, Node, int, tuple[str, ...]]


def sgml_elements(content: bytes, start: int, encoding: str, kept: frozenset[str], limits: Limits) -> Iterator[Element]:
    """(name, children, line, names around it) of each finished element whose name is in `kept`, in the order of their
    ends; it is not kept inside its parent. Refuses `bad_sgml`, `doctype`, `too_deep`, `encoding`, naming the line."""
    reader = _Reader(encoding, kept, limits)
    number, counted, at = content.count(b"\n", 0, start) + 1, start, start
    while (at := content.find(b"<", at)) >= 0:
        number, counted = number + content.count(b"\n", counted, at), at
        found = _TAG.match(content, at)
        if found is None:
            raise _refusal(content, at, number)
        at = found.end()
        name, text = found[2].decode("ascii").upper(), found[3].strip()
        if not found[1]:
            reader.begin(name, text, number)
        elif (element := reader.end(name, text, number)) is not None:
            yield element
    reader.finish()


@dataclass(slots=True)
class _Open:
    name: str
    number: int
    node: Node = field(default_factory=dict)


class _Reader:
    """What is open, outermost first; the one without a name holds them all."""

    def __init__(self, encoding: str, kept: frozenset[str], limits: Limits) -> None:
        self._stack = [_Open("", 1)]
        self._encoding = encoding
        self._kept = kept
        self._limits = limits
        self._alive = 0
        self._leaf = ""

    def begin(self, name: str, text: bytes, number: int) -> None:
        """A tag: a leaf with its text, or what may turn out an empty leaf or an element that holds others."""
        place = f"line {number}"
        self._alive += 1
        if self._alive > self._limits.max_nodes:
            raise StatementRefused("too_many_elements", f"more than {self._limits.max_nodes} in one place", place)
        self._leaf = name if text else ""
        if text:
            if name in self._kept:
                raise StatementRefused("bad_sgml", f"text stands where {name} begins", place)
            _put(self._stack[-1].node, name, _decoded(text, self._encoding, self._limits, name, number))
            return
        if len(self._stack) > DEEPEST:
            raise StatementRefused("too_deep", f"more than {DEEPEST} elements inside each other", place)
        self._stack.append(_Open(name, number))

    def end(self, name: str, text: bytes, number: int) -> Element | None:
        """The end of an element, handed out when it is kept; None for another, and for a leaf that was closed all the
        same."""
        if text:
            raise StatementRefused("bad_sgml", f"text stands behind the end of {name}", f"line {number}")
        leaf, self._leaf = self._leaf, ""
        if name == leaf and self._stack[-1].name != name:
            return None
        element = self._close(name, number)
        if name not in self._kept:
            _put(self._stack[-1].node, name, element.node or "")
            return None
        self._alive = 0
        return name, element.node, element.number, tuple(e.name for e in self._stack[1:])

    def finish(self) -> None:
        """The end of the file."""
        if len(self._stack) > 1:
            last = self._stack[-1]
            raise StatementRefused("truncated", f"{last.name} is never closed", f"line {last.number}")

    def _close(self, name: str, number: int) -> _Open:
        """Take the element from the stack. Empty leaves that were opened inside it and never closed stand on top of it;
        what they seemed to hold belongs beside them."""
        stack = self._stack
        depth = next((n for n in range(len(stack) - 1, 0, -1) if stack[n].name == name), 0)
        if not depth:
            raise StatementRefused("bad_sgml", f"{quoted(name)} is closed and was not opened", f"line {number}")
        element = stack[depth]
        for leaf in stack[depth + 1 :]:
            if leaf.name in self._kept:
                raise StatementRefused("bad_sgml", f"{leaf.name} is never closed", f"line {leaf.number}")
            _put(element.node, leaf.name, "")
            for inside in [one for one in leaf.node if not one.endswith("+")]:
                for value in every(leaf.node, inside):
                    _put(element.node, inside, value)
        del stack[depth:]
        return element


def _put(node: Node, name: str, value: "str | Node") -> None:
    """As `tree_of` does: the first of a name under it, the others in a list."""
    if name not in node:
        node[name] = value
        return
    others = node.setdefault(f"{name}+", [])
    if isinstance(others, list):
        others.append(value)


def _decoded(raw: bytes, encoding: str, limits: Limits, name: str, number: int) -> str:
    if len(raw) > limits.max_field:
        raise StatementRefused("field_too_long", f"longer than {limits.max_field} bytes", f"line {number} {name}")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise StatementRefused("encoding", f"bytes that are not {encoding}", f"line {number} {name}") from None
    if "&" in text:
        text = _ENTITY.sub(lambda m: _ENTITIES[m[1]], text)
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text).strip()


def _refusal(content: bytes, at: int, number: int) -> StatementRefused:
    if content[at + 1 : at + 2] in (b"!", b"?"):
        return StatementRefused("doctype", "a declaration is never read", f"line {number}")
    if content.find(b">", at) < 0:
        return StatementRefused("truncated", "the file ends inside a tag", f"line {number}")
    shown = content[at : at + 24].decode("ascii", "backslashreplace")
    return StatementRefused("bad_sgml", f"{quoted(shown)} is no tag", f"line {number}")
