"""The block of KEY:VALUE that opens an OFX 1 file. What it says of the encoding is believed, never guessed around."""

import re

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted

_KEYS = "OFXHEADER|DATA|VERSION|SECURITY|ENCODING|CHARSET|COMPRESSION|OLDFILEUID|NEWFILEUID"
_PAIR = re.compile(rf"({_KEYS}):\s*(.*?)\s*(?=(?:{_KEYS}):|\Z)", re.DOTALL)  # some banks leave the line ends out
_CHARSETS = {
    "": "ascii", "NONE": "ascii", "1252": "cp1252", "WINDOWS-1252": "cp1252", "CP1252": "cp1252",
    "8859-1": "latin-1", "88591": "latin-1", "ISO-8859-1": "latin-1", "ISO8859-1": "latin-1",
}  # fmt: skip
_UTF8 = frozenset({"UTF-8", "UTF8", "UNICODE"})


def encoding_of(header: bytes) -> str:
    """The Python name of the encoding that the header declares; UTF-8 where there is no header at all. Refuses
    `encoding`, and a file that is encrypted, compressed or no SGML (`not_a_statement`)."""
    try:
        told = {name: value.upper() for name, value in _PAIR.findall(header.decode("ascii"))}
    except UnicodeDecodeError:
        raise StatementRefused("encoding", "the header is not plain ASCII", "line 1") from None
    if not header.strip():
        return "utf-8"
    if told.get("OFXHEADER") != "100" or told.get("DATA", "OFXSGML") != "OFXSGML":
        raise StatementRefused("bad_header", f"{quoted(header.decode('ascii'))} opens no OFX 1 file", "line 1")
    for name, what in (("SECURITY", "encrypted"), ("COMPRESSION", "compressed")):
        if told.get(name, "NONE") not in ("", "NONE"):
            raise StatementRefused("not_a_statement", f"the file is {what} ({quoted(told[name])})", "line 1")
    if told.get("ENCODING", "") in _UTF8:
        return "utf-8"
    encoding = told.get("ENCODING", "")
    found = _CHARSETS.get(told.get("CHARSET", "")) if encoding in ("", "USASCII") else None
    if found is None:
        what = f"ENCODING {quoted(encoding)} with CHARSET {quoted(told.get('CHARSET', ''))} is not one we read"
        raise StatementRefused("encoding", what, "line 1")
    return found
