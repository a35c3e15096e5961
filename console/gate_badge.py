"""The release gate beside every page's name. Worked out when something that it is made of has changed, told from memory else: the
mark says which of the two, so it is never older than what it is made of."""

from datetime import datetime

from django.urls import reverse

from console.pages.gate import gate_mark
from reconciliation.oversight.release_gate import release_gate

MOST_TENANTS = 500
_known: dict[int, tuple[str, dict[str, str]]] = {}


def gate_badge(tenant_id: int, mark: str, at: datetime) -> dict[str, str] | None:
    """{state, word, href} as of `at`; None before the first check. Two queries when the mark is new, none else."""
    if not mark:
        return None
    known = _known.get(tenant_id)
    if known is None or known[0] != mark:
        if len(_known) >= MOST_TENANTS:
            _known.clear()
        known = _known[tenant_id] = (mark, gate_mark(release_gate(at=at)))
    return known[1] | {"href": reverse("gate")}


def forget() -> None:
    """What is remembered of every tenant, gone: for a process that is pointed at another database."""
    _known.clear()
