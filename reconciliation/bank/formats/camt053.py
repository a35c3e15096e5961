"""camt.053, the end-of-day bank statement of ISO 20022, versions 001.02 to 001.10.

Own reader on lxml's iterparse: entries are let go as soon as they are read, so a file of 100,000 costs no tree.
camt.052, the report of the day so far, has the same entries inside other names: read by the same reader, its entries are
expected and not booked. camt.054 is advice without balances: recognised and refused by name.
"""

from collections.abc import Mapping
from typing import BinaryIO

from lxml import etree

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted
from reconciliation.bank.formats.camt053_entry import read_entry
from reconciliation.bank.formats.camt053_header import StatementPage, read_header
from reconciliation.bank.formats.camt053_lines import entry_lines
from reconciliation.bank.formats.camt053_pages import finish_pages
from reconciliation.bank.formats.camt053_scan import Scan
from reconciliation.bank.formats.camt053_texts import Detail, Written, detail_texts, entry_texts
from reconciliation.bank.formats.limits import LIMITS, Limits, check_count
from reconciliation.bank.formats.statement import Finding, ParsedLine, ParsedStatement
from reconciliation.bank.formats.verify import verify_file
from reconciliation.bank.formats.xml_prolog import HEAD, read_prolog
from reconciliation.bank.formats.xml_stream import XmlStream, syntax_refusal
from reconciliation.bank.formats.xml_tree import tree_of

_FAMILY = "urn:iso:std:iso:20022:tech:xsd:camt."
_OTHERS = {
    "054": "camt.054 is a debit/credit advice without balances, not a booked statement; ask the bank for camt.053",
}
_VERSIONS = frozenset(f"{kind}.001.{version:02d}" for kind in ("052", "053") for version in range(2, 11))
_NAMES = {"052": ("BkToCstmrAcctRpt", "Rpt"), "053": ("BkToCstmrStmt", "Stmt")}


def read_camt053(stream: BinaryIO, exponents: Mapping[str, int], limits: Limits = LIMITS) -> list[ParsedStatement]:
    """All statements of a seekable binary file. Refuses the whole file with a `StatementRefused` naming Stmt and
    Ntry."""
    root = read_prolog(stream.read(HEAD))
    stream.seek(0)
    namespace = check_namespace(root.namespace)
    around, inside = _NAMES[namespace.removeprefix(_FAMILY)[:3]]
    reader = _Reader(f"{{{namespace}}}", (around, inside), exponents, Scan(stream, root.plain, limits), limits)
    try:
        reader.run()
    except etree.XMLSyntaxError as error:
        found = syntax_refusal(str(error.msg), error.lineno or 1)
        raise StatementRefused(found.code, found.message, f"{found.where} (near {reader.place()})") from None
    if not reader.pages:
        raise StatementRefused("no_statement", f"the document holds no {around}/{inside}", "Document")
    statements = finish_pages(reader.pages, exponents)
    verify_file(statements)
    return statements


def check_namespace(namespace: str) -> str:
    """The namespace if it is one we read. Refuses `not_a_statement` for camt.054 and `wrong_namespace` else."""
    name = namespace.removeprefix(_FAMILY)
    if name != namespace and name[:3] in _OTHERS:
        raise StatementRefused("not_a_statement", _OTHERS[name[:3]], "Document")
    if name == namespace or name not in _VERSIONS:
        raise StatementRefused(
            "wrong_namespace", f"{quoted(namespace)} is neither camt.053.001.02 to .10 nor camt.052", "Document"
        )
    return namespace


class _Reader:
    """Walks the finished elements in file order and keeps what the next outer element will need."""

    def __init__(
        self, prefix: str, names: tuple[str, str], exponents: Mapping[str, int], scan: Scan, limits: Limits
    ) -> None:
        self.pages: list[StatementPage] = []
        self._cut = len(prefix)
        self._prefix = prefix
        self._exponents = exponents
        self._scan = scan
        self._source = XmlStream(scan, limits)
        self._limits = limits
        self._count = 0
        self._entry = 0
        self._details: list[Detail] = []
        self._lines: list[ParsedLine] = []
        self._findings: list[Finding] = []
        self._statement = 1
        self._around, self._name = names

    def run(self) -> None:
        """Read to the end of the file."""
        finish = {
            f"{self._prefix}TxDtls": self._finish_detail,
            f"{self._prefix}Ntry": self._finish_entry,
            f"{self._prefix}{self._name}": self._finish_statement,
        }
        events = etree.iterparse(
            self._source,
            events=("end",),
            tag=("{*}TxDtls", "{*}Ntry", "{*}Stmt", "{*}Rpt"),
            load_dtd=False,
            no_network=True,
            resolve_entities=False,
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
        )
        self._source.watch(events)
        for _, element in events:
            step = finish.get(str(element.tag))
            if step is None:
                raise StatementRefused(
                    "wrong_namespace", f"{quoted(str(element.tag))} does not belong here", self.place()
                )
            step(element)

    def place(self) -> str:
        """Where the reader stands, for people."""
        return f"{self._name} {self._statement} Ntry {self._entry + 1}"

    def _finish_detail(self, element: etree._Element) -> None:
        self._inside(element, "NtryDtls")
        check_count(self._count + len(self._details), self._limits)
        try:
            self._details.append(detail_texts(tree_of(element, self._cut, self._limits.max_field)))
        except StatementRefused as refusal:
            raise refusal.within(f"{self.place()} TxDtls {len(self._details) + 1}") from None
        self._source.release(element)

    def _finish_entry(self, element: etree._Element) -> None:
        self._inside(element, self._name)
        run = self._scan.runs.pop(element.get("run", ""), None)
        if run is not None:
            for shaped in run:
                self._add(shaped.entry, shaped.details)
        else:
            try:
                written = entry_texts(tree_of(element, self._cut, self._limits.max_field))
            except StatementRefused as refusal:
                raise refusal.within(self.place()) from None
            self._add(written, self._details)
            self._details = []
        self._source.release(element)

    def _add(self, written: Written, details: list[Detail]) -> None:
        self._count += 1 + len(details)
        check_count(self._count, self._limits)
        place = self.place()
        try:
            entry = read_entry(written, self._entry + 1, self._exponents)
            lines, finding = entry_lines(entry, details, place)
        except StatementRefused as refusal:
            raise refusal.within(place) from None
        self._lines.extend(lines)
        if finding is not None:
            self._findings.append(finding)
        self._entry += 1

    def _finish_statement(self, element: etree._Element) -> None:
        self._inside(element, self._around)
        place = f"{self._name} {self._statement}"
        try:
            found = tree_of(element, self._cut, self._limits.max_field)
            page = read_header(
                found, self._lines, self._findings, self._entry, place, self._exponents, report=self._name == "Rpt"
            )
        except StatementRefused as refusal:
            raise refusal.within(place) from None
        self.pages.append(page)
        self._source.release(element)
        self._lines, self._findings, self._entry = [], [], 0
        self._statement += 1

    def _inside(self, element: etree._Element, parent: str) -> None:
        """An entry outside its proper parent would be counted where the bank did not put it."""
        around = element.getparent()
        if around is None or str(around.tag)[self._cut :] != parent:
            raise StatementRefused(
                "misplaced", f"{str(element.tag)[self._cut :]} stands outside {parent}", self.place()
            )
