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
    """The root element's local name and namespace ("" when it has none). `plain` is the offset of its tag in a file
    that is UTF-8 and gives its elements no prefix, else -1."""

    name: str
    namespace: str
    plain: int


def read_prolog(head: bytes) -> XmlRoot:
    """What kind of XML document this is. Refuses `doctype`, `encoding`, `not_xml`, naming the line."""
    if head[:4].count(b"\0"):
        raise StatementRefused("encoding", "the file is UTF-16 or UTF-32; expected UTF-8 or Latin-1", "line 1")
    whole, head = len(head), without_mark(head)
    position, utf8 = _declaration(head)
    while found := _SKIPPED.match(head, position):
        position = found.end()
    newlines = head.count(b"\n", 0, position)
    line = f"line {newlines + 1}"
    if head[position : position + 9].upper() == b"<!DOCTYPE" or head[position : position + 8].upper() == b"<!ENTITY":
        raise StatementRefused("doctype", "a document type or entity declaration is never read", line)
    root = _ROOT.match(head, position)
    if root is None:
        raise StatementRefused("not_xml", "no root element begins here", line)
    offset = position + whole - len(head) if utf8 and root[1] is None else -1
    return XmlRoot(root[2].decode("ascii"), _namespace(root[1], root[3]), offset)


def _declaration(head: bytes) -> tuple[int, bool]:
    """Where the XML declaration ends, and whether the file is UTF-8; its encoding must be one that no `<` hides in."""
    found = _DECLARATION.match(head)
    named = _ENCODING.search(found[0]) if found else None
    encoding = named[1].decode("ascii").lower() if named else "utf-8"
    if encoding not in ENCODINGS:
        raise StatementRefused("encoding", f"{quoted(encoding)} is not an encoding we read", "line 1")
    return found.end() if found else 0, encoding == "utf-8"


def _namespace(prefix: bytes | None, attributes: bytes) -> str:
    for found in _NAMESPACE.finditer(attributes):
        if found[1] == prefix:
            return found[2].decode("utf-8", "replace")
    return ""
