"""A finished XML element as plain nested dicts: one pass over it, then no more calls into the parser.

A leaf is its trimmed text, an inner element a dict by local name. Of several children with one name the first stands
under the name and the others in a list under "name+", which no XML name can be. The order of children is not kept:
real files break the schema's sequence.
"""

from lxml import etree

from reconciliation.bank.errors import StatementRefused

Node = dict[str, "str | Node | list[str | Node]"]
WITH_CURRENCY = frozenset({"Amt", "TtlChrgsAndTaxAmt"})


def tree_of(element: etree._Element, cut: int, longest: int) -> Node:
    """The element's children as a Node; `cut` is the length of "{namespace}". An amount's currency stands beside it
    as "Ccy@". Refuses `field_too_long` for a text beyond `longest` characters."""
    node: Node = {}
    for child in element:
        name = child.tag[cut:]
        value: str | Node
        if len(child):
            value = tree_of(child, cut, longest)
        else:
            value = (child.text or "").strip()
            if len(value) > longest:
                raise StatementRefused("field_too_long", f"longer than {longest} characters", str(name))
            if name in WITH_CURRENCY:
                node.setdefault("Ccy@", str(child.get("Ccy", "")))
        if name in node:
            others = node.setdefault(f"{name}+", [])
            if isinstance(others, list):
                others.append(value)
        else:
            node[name] = value
    return node


def text(node: Node, name: str) -> str:
    """The text of a leaf; "" when it is missing or holds elements."""
    value = node.get(name)
    return value if type(value) is str else ""


def inner(node: Node, *names: str) -> Node:
    """The dict of an inner element, name after name; empty when one is missing or a leaf."""
    for name in names:
        value = node.get(name)
        if type(value) is not dict:
            return {}
        node = value
    return node


def every(node: Node, name: str) -> list["str | Node"]:
    """All children of one name, in file order."""
    first = node.get(name)
    if first is None or isinstance(first, list):
        return []
    others = node.get(f"{name}+")
    return [first, *others] if isinstance(others, list) else [first]
