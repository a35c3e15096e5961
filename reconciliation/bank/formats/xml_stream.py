"""An XML file handed to the parser in pieces, with a budget. libxml2 needs about 100 bytes for each element or
attribute that is alive, so 64 MB of `<a/>` would take gigabytes: we count what is opened and what the reader has let
go again."""

from typing import BinaryIO, cast

from lxml import etree

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits, check_size

_SIZE = etree.XPath("count(descendant::* | descendant::*/@*)")


class XmlStream:
    """A file object for `iterparse`. Refuses `too_large` and `too_many_elements` while it is being read."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._read = 0
        self._alive = 0

    def read(self, size: int = -1) -> bytes:
        """The next piece; called by the parser."""
        piece = self._stream.read(size)
        self._read += len(piece)
        check_size(self._read, self._limits)
        self._alive += piece.count(b"<") - piece.count(b"</") + piece.count(b'="') + piece.count(b"='")
        if self._alive > self._limits.max_nodes:
            raise StatementRefused("too_many_elements", f"more than {self._limits.max_nodes} elements in one place")
        return piece

    def release(self, element: etree._Element) -> None:
        """Forget what is inside a finished element, and the finished one of the same name before it. The element itself
        must stay until the next one: the parser may still append the text that follows it."""
        self._alive -= int(cast(float, _SIZE(element)))  # an XPath count() is a float without a fraction
        element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs do not know it yet
        before = element.getprevious()
        parent = element.getparent()
        if before is not None and parent is not None and before.tag == element.tag:
            parent.remove(before)
            self._alive -= 1
