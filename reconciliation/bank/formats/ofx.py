"""OFX, the download format of banks and card issuers: 1.x in SGML, 2.x in XML. Own reader: the known libraries are under
a licence that does not fit, or no longer looked after, and none names the line of what it refuses."""

from collections.abc import Mapping
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import LIMITS, Limits, check_count, check_size
from reconciliation.bank.formats.lines import without_mark
from reconciliation.bank.formats.ofx_header import encoding_of
from reconciliation.bank.formats.ofx_line import PENDING, Movement
from reconciliation.bank.formats.ofx_sgml import sgml_elements
from reconciliation.bank.formats.ofx_statement import read_statement
from reconciliation.bank.formats.ofx_xml import xml_elements
from reconciliation.bank.formats.statement import ParsedStatement
from reconciliation.bank.formats.verify import verify_file
from reconciliation.bank.formats.xml_prolog import HEAD
from reconciliation.bank.formats.xml_tree import Node, inner, text

_MOVEMENTS = frozenset({"STMTTRN", PENDING})
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
_ANSWERS = frozenset({"STMTTRNRS", "CCSTMTTRNRS", "SONRS"})
_UNREAD = frozenset({"INVSTMTRS", "LOANSTMTRS", "AMRTSTMTRS"})
_KEPT = _MOVEMENTS | _STATEMENTS | _ANSWERS | _UNREAD | {"OFX"}
_LISTS = frozenset({"BANKTRANLIST", "BANKTRANLISTP"})


def read_ofx(stream: BinaryIO, exponents: Mapping[str, int], limits: Limits = LIMITS) -> list[ParsedStatement]:
    """All bank and card statements of a seekable binary file. Refuses the whole file with a `StatementRefused` naming the
    line: one that holds statements of another kind as well is not read in part."""
    head = without_mark(stream.read(HEAD)).lstrip()
    stream.seek(0)
    if head.startswith((b"<?xml", b"<?OFX")):
        elements = xml_elements(stream, _KEPT, limits)
    else:
        content = without_mark(stream.read(limits.max_bytes + 1))
        check_size(len(content), limits)
        if b"\0" in content:
            number = content.count(b"\n", 0, content.find(b"\0")) + 1
            raise StatementRefused("nul", "holds a NUL byte", f"line {number}")
        start = content.find(b"<")
        if start < 0:
            raise StatementRefused("truncated", "the file ends with its header", "line 1")
        elements = sgml_elements(content, start, encoding_of(content[:start]), _KEPT, limits)
    reader = _Reader(exponents, limits)
    for name, node, number, around in elements:
        reader.take(name, node, number, around)
    if not reader.whole:
        raise StatementRefused("truncated", "the file ends before the end of OFX", "line 1")
    if not reader.statements:
        raise StatementRefused("no_statement", "the file holds neither STMTRS nor CCSTMTRS", "OFX")
    verify_file(reader.statements)
    return reader.statements


class _Reader:
    """Takes finished elements in the order of their ends: transactions before their statement."""

    def __init__(self, exponents: Mapping[str, int], limits: Limits) -> None:
        self.statements: list[ParsedStatement] = []
        self.whole = False
        self._exponents = exponents
        self._limits = limits
        self._count = 0
        self._movements: list[Movement] = []

    def take(self, name: str, node: Node, number: int, around: tuple[str, ...]) -> None:
        """One element. Refuses one that stands where the format has none: it would count for nobody."""
        if name in _MOVEMENTS:
            if around[-1:] == () or around[-1] not in _LISTS or not _STATEMENTS & set(around):
                raise StatementRefused("misplaced", "a transaction outside the list of a statement", f"line {number}")
            self._count += 1
            check_count(self._count, self._limits)
            self._movements.append(Movement(name, node, number))
        elif name in _STATEMENTS:
            if _STATEMENTS & set(around):
                raise StatementRefused("misplaced", "a statement inside a statement", f"line {number}")
            self.statements.append(read_statement(node, number, self._movements, self._exponents))
            self._movements = []
        elif name in _UNREAD:
            raise StatementRefused("not_a_statement", f"{name} is no statement of a bank account", f"line {number}")
        elif name == "OFX":
            self.whole = not around
        else:
            _check_status(name, node, number)


def _check_status(name: str, node: Node, number: int) -> None:
    """The bank's own word that it could not answer."""
    status = inner(node, "STATUS")
    if text(status, "SEVERITY").upper() == "ERROR":
        what = f"the bank answered with error {text(status, 'CODE')[:20]!a} {text(status, 'MESSAGE')[:80]!a}"
        raise StatementRefused("not_a_statement", what, f"line {number} {name}")
