"""Which format a file is in, from its first bytes. Never a guess: what fits no format, or two, is refused with the
reason."""

import re

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.lines import without_mark
from reconciliation.bank.formats.xml_prolog import HEAD, read_prolog

FORMATS = ("camt053", "mt940", "bai2", "ofx", "csv")

_TAG_20 = re.compile(rb"^(?:.*\{4:)?:20:", re.MULTILINE)
_TAG_25 = re.compile(rb"^:25P?:", re.MULTILINE)
_BAI2 = re.compile(rb"\s*01,[^,/\r\n]*,[^,/\r\n]*,[0-9]{6},")


def detect_format(head: bytes) -> str:
    """`camt053`, `mt940`, `bai2` or `ofx` for the first 64 KiB of a file.

    Refuses `empty`, `encoding`, `binary`, `profile_needed` (text that is no known format: a CSV is read with a saved
    profile only), `unknown_xml`, `ambiguous`; camt.052 and .054 go to the camt reader, which refuses them by name.
    """
    head = without_mark(head[:HEAD])
    if not head.strip():
        raise StatementRefused("empty", "the file is empty", "line 1")
    if head.lstrip()[:1] == b"<" or b"\0" in head[:4]:
        return _xml(head)
    if b"\0" in head or head[:4] == b"PK\x03\x04":
        raise StatementRefused("binary", "the file is not text: no statement format looks like this", "line 1")
    if head.lstrip().startswith(b"OFXHEADER:"):
        return "ofx"
    fits = [name for name, found in (("mt940", _mt940(head)), ("bai2", _BAI2.match(head) is not None)) if found]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise StatementRefused("ambiguous", f"the file could be {' or '.join(fits)}: name the format", "line 1")
    what = "not camt.053, MT940, BAI2 or OFX; a CSV is read only with format csv and a saved profile, "
    what += "which whoever sets up accounts draws up under CSV profiles"
    raise StatementRefused("profile_needed", what, "line 1")


def _xml(head: bytes) -> str:
    root = read_prolog(head.lstrip())
    if root.name == "Document":
        return "camt053"
    if root.name.upper() == "OFX":
        return "ofx"
    raise StatementRefused("unknown_xml", f"the root element {root.name[:40]!a} is no bank statement", "line 1")


def _mt940(head: bytes) -> bool:
    return _TAG_20.search(head) is not None and _TAG_25.search(head) is not None
