"""OFX 2 is XML without a namespace: read by the parser in pieces, as camt is, with nothing declared and nothing fetched."""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits, check_size
from reconciliation.bank.formats.xml_prolog import HEAD, read_prolog
from reconciliation.bank.formats.xml_stream import XmlStream, syntax_refusal
from reconciliation.bank.formats.xml_tree import Node, tree_of


def xml_elements(
    stream: BinaryIO, kept: frozenset[str], limits: Limits
) -> Iterator[tuple[str, Node, int, tuple[str, ...]]]:
    """(name, children, line, names around it) of each finished element whose name is in `kept`, in the order of their
    ends; it is not kept inside its parent. Refuses what the prolog and the parser refuse, naming the line."""
    read_prolog(stream.read(HEAD))
    stream.seek(0)
    source = XmlStream(_Measured(stream, limits), limits)
    events = etree.iterparse(
        source, events=("end",), tag=[f"{{*}}{name}" for name in sorted(kept)], load_dtd=False, no_network=True,
        resolve_entities=False, remove_comments=True, remove_pis=True, huge_tree=False,
    )  # fmt: skip
    source.watch(events)
    try:
        for _, element in events:
            name, cut = _local(element)
            try:
                node = tree_of(element, cut, limits.max_field)
            except StatementRefused as refusal:
                raise refusal.within(f"line {element.sourceline}") from None
            around = tuple(_local(e)[0] for e in reversed(list(element.iterancestors())))
            line = int(element.sourceline or 0)
            for one in kept & node.keys():
                del node[one]
            source.release(element)
            yield name, node, line, around
    except etree.XMLSyntaxError as error:
        raise syntax_refusal(str(error.msg), error.lineno or 1) from None


def _local(element: etree._Element) -> tuple[str, int]:
    """The name without its namespace, and how long that was."""
    tag = str(element.tag)
    cut = tag.rfind("}") + 1
    return tag[cut:], cut


class _Measured:
    """The stream, refused once it is larger than a file may be."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream, self._limits, self._read = stream, limits, 0

    def read(self, size: int = -1, /) -> bytes:
        piece = self._stream.read(size)
        self._read += len(piece)
        check_size(self._read, self._limits)
        return piece
