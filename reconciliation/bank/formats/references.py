"""Which words in a reference field are no reference. Matching on NOTPROVIDED would join strangers."""

from collections.abc import Mapping

NOT_A_REFERENCE = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF"})


def given(text: str) -> str:
    """The reference, or "" when the field only says that there is none."""
    text = text.strip()
    return "" if text.upper() in NOT_A_REFERENCE else text


def best(references: Mapping[str, str], order: tuple[str, ...]) -> str:
    """The first real reference in the order of trust; "" when none is given."""
    for name in order:
        found = given(references.get(name, ""))
        if found:
            return found
    return ""
