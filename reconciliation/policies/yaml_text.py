"""A checkpoint as YAML, for review beside code. What is exported can be imported; what is odd is refused with its line."""

from collections.abc import Iterator
from typing import Any

import yaml

from ledger.assets import EXPONENTS
from ledger.money import spoken
from reconciliation.checkpoints.documents import Document, require_document
from reconciliation.errors import BadInput

LARGEST = 100_000
ORDER = ("schema", "key", "title", "owner", "precedence", "clauses", "moves", "when", "amounts", "requires", "matchers",
         "outcome", "approval", "never", "reason", "refusal")  # fmt: skip


class _Strict(yaml.SafeLoader):
    """Plain YAML: no key twice (the second would win in silence), no alias (a small text would stand for a large one)."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise BadInput("an alias is not taken: write it out", f"line {mark.line + 1}")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise BadInput(f"{key.value!r:.60} stands twice", f"line {key.start_mark.line + 1}")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def from_yaml(text: str) -> Document:
    """The document of a text, held against its schema. Raises BadInput naming the line or the place."""
    if len(text) > LARGEST:
        raise BadInput(f"a checkpoint has at most {LARGEST:,} characters", "file")
    try:
        given = yaml.load(text, _Strict)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"this is no YAML: {error.problem}", f"line {line}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput(f"this is no YAML: {str(error)[:200]}", "file") from error
    return require_document(given)


def to_yaml(document: Document) -> str:
    """The document as text, parts in the order in which people read them."""
    text: str = yaml.safe_dump(_ordered(document), sort_keys=False, allow_unicode=True, width=120)
    amounts = sorted(set(_amounts(document)), key=lambda a: (a[0], int(a[1])))
    named = [
        f"#   {minor} of {asset} is {spoken(int(minor), asset)}\n" for asset, minor in amounts if asset in EXPONENTS
    ]
    return "".join(["# Amounts are whole numbers of minor units, as text.\n", *named] if named else []) + text


def _amounts(document: Document) -> Iterator[tuple[str, str]]:
    for clause in document["clauses"]:
        for asset, band in clause.get("amounts", {}).items():
            yield from ((asset, band[name]) for name in ("from", "below") if name in band)
        for asset, bands in clause.get("approval", {}).get("bands", {}).items():
            yield from ((asset, band["from"]) for band in bands)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        known = [name for name in ORDER if name in value]
        return {name: _ordered(value[name]) for name in [*known, *sorted(value.keys() - set(ORDER))]}
    return [_ordered(v) for v in value] if isinstance(value, list) else value
