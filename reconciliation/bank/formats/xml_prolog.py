"""The first bytes of an XML file, read before any XML parser sees them. A document type is refused here, so that no
entity is ever declared, and so are encodings that could hide one from us (abuse case 30)."""

import re
from dataclasses import dataclass

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.lines import without_mark

HEAD = 64 * 1024
ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252"})

_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_SKIPPED = re.compile(rb"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)>")
_NAMESPACE = re.compile(rb"xmlns(?::([\w.-]+))?\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class XmlRoot:
    """The root element's local name and its own namespace ("" when it has none)."""

    name: str
    namespace: str


def read_prolog(head: bytes) -> XmlRoot:
    """What kind of XML document this is. Refuses `doctype`, `encoding`, `not_xml`, naming the line."""
    if head[:4].count(b"\0"):
        raise StatementRefused("encoding", "the file is UTF-16 or UTF-32; expected UTF-8 or Latin-1", "line 1")
    head = without_mark(head)
    position = _declaration(head)
    while found := _SKIPPED.match(head, position):
        position = found.end()
    newlines = head.count(b"\n", 0, position)
    line = f"line {newlines + 1}"
    if head[position : position + 9].upper() == b"<!DOCTYPE" or head[position : position + 8].upper() == b"<!ENTITY":
        raise StatementRefused("doctype", "a document type or entity declaration is never read", line)
    root = _ROOT.match(head, position)
    if root is None:
        raise StatementRefused("not_xml", "no root element begins here", line)
    return XmlRoot(root[2].decode("ascii"), _namespace(root[1], root[3]))


def _declaration(head: bytes) -> int:
    """Where the XML declaration ends; its encoding must be one that a `<` cannot hide in."""
    found = _DECLARATION.match(head)
    if found is None:
        return 0
    named = _ENCODING.search(found[0])
    if named and named[1].decode("ascii").lower() not in ENCODINGS:
        raise StatementRefused("encoding", f"{quoted(named[1].decode('ascii'))} is not an encoding we read", "line 1")
    return found.end()


def _namespace(prefix: bytes | None, attributes: bytes) -> str:
    for found in _NAMESPACE.finditer(attributes):
        if found[1] == prefix:
            return found[2].decode("utf-8", "replace")
    return ""
