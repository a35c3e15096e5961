"""Reading headers that anybody may have written."""

from collections.abc import Sequence

from reconciliation.provider.signatures.verdict import Reason

Headers = Sequence[tuple[str, str]]  # as they came: names in any case, and a name may come twice


def pick(headers: Headers, *names: str) -> tuple[str, ...] | Reason:
    """The values of `names` (lower case) in their order, without surrounding blanks, or why they cannot be had.

    Non-empty values only. Their form is the verifier's matter.
    """
    found: dict[str, str] = {}
    lengths = {len(name) for name in names}
    for name, value in headers:
        if len(name) not in lengths:  # before lower(): a hostile name may be long
            continue
        known = name.lower()
        if known not in names:
            continue
        if known in found:
            return "duplicate-headers"
        found[known] = value.strip(" \t")
    if not all(found.get(name) for name in names):
        return "missing-headers"
    return tuple(found[name] for name in names)
