"""One object of a payload and the path to it, so that every refusal names its field."""

from dataclasses import dataclass
from typing import Any

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.strict_json import NumberText, read_object
from reconciliation.provider.limits import MAX_TEXT


@dataclass(frozen=True, slots=True)
class Node:
    """`where` is empty for the body itself. null and absent are the same: not known."""

    members: dict[str, Any]
    where: str = ""

    def path(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def node(self, name: str) -> "Node":
        """The object under `name`. Refuses `missing`, `wrong_type`."""
        found = self.maybe_node(name)
        if found is None:
            raise PayloadRefused("missing", "is missing", self.path(name))
        return found

    def maybe_node(self, name: str) -> "Node | None":
        value = self.members.get(name)
        if value is None:
            return None
        return _node(value, self.path(name))

    def nodes(self, name: str) -> "list[Node]":
        """The objects of the list under `name`; an absent list is empty."""
        value = self.members.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise PayloadRefused("wrong_type", "is not a list", self.path(name))
        return [_node(inner, f"{self.path(name)}[{at}]") for at, inner in enumerate(value)]

    def text(self, name: str) -> str:
        """The text under `name`, not empty. Refuses `missing`, `wrong_type`, `too_long`."""
        found = self.maybe_text(name)
        if not found:
            raise PayloadRefused("missing", "is missing or empty", self.path(name))
        return found

    def maybe_text(self, name: str) -> str:
        """The text under `name`, "" when there is none."""
        value = self.members.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or isinstance(value, NumberText):
            raise PayloadRefused("wrong_type", "is not a text", self.path(name))
        if len(value) > MAX_TEXT:
            raise PayloadRefused("too_long", f"is longer than {MAX_TEXT} characters", self.path(name))
        return value

    def whole(self, name: str) -> int:
        """The integer under `name`; 1.0 and true are none. Refuses `missing`, `wrong_type`."""
        value = self.members.get(name)
        if value is None:
            raise PayloadRefused("missing", "is missing", self.path(name))
        if not isinstance(value, int) or isinstance(value, bool):
            raise PayloadRefused("wrong_type", "is not an integer", self.path(name))
        return value

    def flag(self, name: str) -> bool:
        """True or false; absent is false."""
        value = self.members.get(name)
        if value is not None and not isinstance(value, bool):
            raise PayloadRefused("wrong_type", "is neither true nor false", self.path(name))
        return bool(value)


def read_node(body: bytes) -> Node:
    """The body's object. Raises PayloadRefused."""
    return Node(read_object(body))


def _node(value: Any, where: str) -> Node:
    if not isinstance(value, dict):
        raise PayloadRefused("wrong_type", "is not an object", where)
    return Node(value, where)
