"""An XML file handed to the parser in pieces, with a budget. libxml2 needs about 100 bytes for each element or
attribute that is alive, so 64 MB of `<a/>` would take gigabytes: we count what is opened and what the reader has let
go again."""

from typing import Any, Protocol, cast

from lxml import etree

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.limits import Limits

_SIZE = etree.XPath("count(descendant::* | descendant::*/@*)")


_CODES = {"Premature end": "truncated", "encoding": "encoding", "UTF-8": "encoding", "Excessive depth": "too_deep"}


def syntax_refusal(message: str, line: int) -> StatementRefused:
    """What the parser says of a document that is not well formed, as a refusal."""
    code = next((code for part, code in _CODES.items() if part in message), "bad_xml")
    text = message[:160] if message.isascii() else quoted(message)
    return StatementRefused(code, text, f"line {max(line, 1)}")


class Readable(Protocol):
    """Anything with read()."""

    def read(self, size: int = -1, /) -> bytes: ...


class XmlStream:
    """A file object for `iterparse`. Refuses `too_many_elements` while it is being read."""

    def __init__(self, stream: Readable, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._alive = 0
        self._parser: Any = None

    def watch(self, parser: object) -> None:
        """Look at this parser's errors before each piece. Without resolved entities lxml only notes an undeclared one,
        forgets the note with the next piece, and would take what follows for a document of its own."""
        self._parser = parser

    def read(self, size: int = -1) -> bytes:
        """The next piece; called by the parser."""
        for entry in self._parser.error_log if self._parser is not None else ():
            raise syntax_refusal(str(entry.message), entry.line)
        piece = self._stream.read(size)
        self._alive += piece.count(b"<") - piece.count(b"</") + piece.count(b'="') + piece.count(b"='")
        if self._alive > self._limits.max_nodes:
            raise StatementRefused("too_many_elements", f"more than {self._limits.max_nodes} elements in one place")
        return piece

    def release(self, element: etree._Element) -> None:
        """Forget what is inside a finished element, and the finished one of the same name before it. The element itself
        must stay until the next one: the parser may still append the text that follows it."""
        self._alive -= int(cast(float, _SIZE(element)))  # not money: an XPath count() is a float without a fraction
        element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs do not know it yet
        before = element.getprevious()
        parent = element.getparent()
        if before is not None and parent is not None and before.tag == element.tag:
            parent.remove(before)
            self._alive -= 1
