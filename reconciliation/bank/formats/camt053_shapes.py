"""Entries whose markup was seen before, read without an XML parser.

A bank writes its entries in a few shapes, the same tags in the same order, and only the texts differ. The first
entry of a shape is taken apart tag by tag under a grammar much narrower than XML's (plain names, no attribute but
Ccy, no entities); for the others of that shape it is enough that their markup is the same, byte for byte. What does
not fit the grammar is left to the parser, so this decides only how fast an entry is read, never what is read.
"""

import re
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from reconciliation.bank.formats.camt053_texts import (
    Detail,
    DetailTexts,
    EntryTexts,
    Written,
    detail_texts,
    entry_texts,
)
from reconciliation.bank.formats.xml_tree import WITH_CURRENCY, Node, every

MOST_SHAPES = 200
LONGEST = 100_000  # characters of an entry: a longer one is a batch, and the parser reads it in parts
_BETWEEN = re.compile(r">([^<]*)<")
_TAG = re.compile(r'(/?)([A-Za-z][A-Za-z0-9]*)(?: Ccy="([A-Z]{3})")?(/?)')
_SLOT = re.compile("\ue000([0-9]+)\ue001")


class Shaped(NamedTuple):
    """An entry and the payments inside it, as written."""

    entry: Written
    details: list[Detail]


class Shapes:
    """Remembers the shapes of one file."""

    def __init__(self) -> None:
        self._known: dict[str, _Shape | None] = {}

    def read(self, raw: bytes) -> Shaped | None:
        """`<Ntry>…</Ntry>` taken apart; None when the parser must read it."""
        if b"&" in raw or len(raw) > LONGEST:
            return None
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return None  # the parser says where
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        pieces = _BETWEEN.split(text)
        key = "<".join(pieces[::2])
        if key not in self._known:
            if len(self._known) >= MOST_SHAPES:
                return None
            self._known[key] = _learn(pieces[::2])
        shape = self._known[key]
        return shape.read(pieces) if shape is not None else None


class _Reading(NamedTuple):
    """Where the texts of one Written or Detail stand among the values of a shape."""

    texts: "itemgetter[Any]"
    references: tuple[tuple[str, int], ...]


class _Shape:
    """How to get from the pieces of an entry to its texts. The values of an entry are its slots, then what is the same
    in all entries of the shape ("", a currency), then what is put together (`PMNT/RCDT/ESCT`)."""

    def __init__(self, entry: Written, details: Sequence[Detail]) -> None:
        written: list[Written | Detail] = [entry, *details]
        sources = list(dict.fromkeys(chain(*((*part.texts, *part.references.values()) for part in written))))
        slots = list(dict.fromkeys(int(slot) for source in sources for slot in _SLOT.findall(source)))
        joined = [source for source in sources if _SLOT.search(source) and not _SLOT.fullmatch(source)]
        self.size = len(slots)
        self._slots = itemgetter(*(2 * slot + 1 for slot in slots)) if len(slots) > 1 else itemgetter(0, 0)
        self._fixed = [source for source in sources if not _SLOT.search(source)]
        self._joined = [_parts(source, slots) for source in joined]
        order = [*(f"\ue000{slot}\ue001" for slot in slots), *self._fixed, *joined]
        at = {source: position for position, source in enumerate(order)}
        self._entry, *self._details = (
            _Reading(
                itemgetter(*(at[source] for source in part.texts)),
                tuple((name, at[source]) for name, source in part.references.items()),
            )
            for part in written
        )

    def read(self, pieces: list[str]) -> Shaped | None:
        """None when a text is blank: then another element may speak in its stead, and the parser's tree knows which."""
        values = [piece.strip() for piece in self._slots(pieces)]
        if "" in values:
            return None
        values += self._fixed
        for parts in self._joined:
            values.append("".join([values[part] if type(part) is int else str(part) for part in parts]))
        entry = self._entry
        return Shaped(
            Written(EntryTexts._make(entry.texts(values)), {name: values[at] for name, at in entry.references}, None),
            [
                Detail(DetailTexts._make(item.texts(values)), {name: values[at] for name, at in item.references}, None)
                for item in self._details
            ],
        )


def _parts(source: str, slots: list[int]) -> tuple[int | str, ...]:
    """What a text is put together from: positions of slots, and the characters between them."""
    parts = enumerate(_SLOT.split(source))
    return tuple(slots.index(int(part)) if odd % 2 else part for odd, part in parts if odd % 2 or part)


def _learn(tags: list[str]) -> _Shape | None:
    """The shape of an entry with these tags; None when they go beyond the grammar."""
    tags = [tags[0].removeprefix("<"), *tags[1:-1], tags[-1].removesuffix(">")]
    root: Node = {}
    open_nodes: list[tuple[str, Node]] = [("", root)]
    for position, tag in enumerate(tags):
        found = _TAG.fullmatch(tag)
        if found is None or found[2] == "Chrgs" or (found[1] and found[4]):
            return None
        closing, name, currency, empty = found.groups()
        if closing:
            if open_nodes[-1][0] != name or currency:
                return None
            open_nodes.pop()
            continue
        if len(open_nodes) == 1 and position:
            return None
        leaf = bool(empty) or (position + 1 < len(tags) and tags[position + 1] == f"/{name}")
        if currency and (empty or not leaf or name not in WITH_CURRENCY):
            return None
        inside: Node = {}
        if not _place(
            open_nodes[-1][1], name, ("" if empty else f"\ue000{position}\ue001") if leaf else inside, currency
        ):
            return None
        if not empty:
            open_nodes.append((name, inside))
    return _shape_of(root) if len(open_nodes) == 1 else None


def _place(node: Node, name: str, value: "str | Node", currency: str | None) -> bool:
    """Put a child where `tree_of` would put it."""
    if currency:
        node.setdefault("Ccy@", currency)
    elif name in WITH_CURRENCY and isinstance(value, str):
        return False
    if name not in node:
        node[name] = value
        return True
    others = node.setdefault(f"{name}+", [])
    if isinstance(others, list):
        others.append(value)
    return True


def _shape_of(root: Node) -> _Shape | None:
    entry = root.get("Ntry")
    if not isinstance(entry, dict) or len(root) != 1:
        return None
    groups = [group for group in every(entry, "NtryDtls") if isinstance(group, dict)]
    payments = [payment for group in groups for payment in every(group, "TxDtls")]
    if _count(entry) != len(payments):
        return None
    shape = _Shape(entry_texts(entry), [detail_texts(item if isinstance(item, dict) else {}) for item in payments])
    return shape if shape.size > 1 else None  # itemgetter answers with a tuple only from two on


def _count(node: Node) -> int:
    """How many TxDtls there are anywhere: one outside NtryDtls is for the parser to refuse."""
    total = 0
    for name, value in node.items():
        for child in value if isinstance(value, list) else [value]:
            total += name.rstrip("+") == "TxDtls"
            total += _count(child) if isinstance(child, dict) else 0
    return total
