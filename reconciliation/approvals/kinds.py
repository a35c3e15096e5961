"""What approvals know of a kind of request: four functions. Each kind lies in one file of its own package and
registers with one line in reconciliation/apps.py; this package imports none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission

Facts = dict[str, Any]


class Effect(Protocol):
    """Runs exactly what the payload says, through the same door as an immediate move; answers the transactions
    written."""

    def __call__(
        self, payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime
    ) -> list[int]: ...


class Ended(Protocol):
    """Told, in the same database transaction, that requests of this kind left the open state, all with the same
    outcome."""

    def __call__(self, requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """`move` is what policy is asked about. `precondition` states the facts that must still hold when the request runs;
    what it said when the request was made is frozen beside the payload and compared. `preview` changes no row.
    `together`: one line says all that it does, so that several may be approved at once; all else is decided one by one."""

    name: str
    move: str
    preview: Callable[[Payload, datetime], object]
    precondition: Callable[[Payload], Facts]
    effect: Effect
    ended: Ended
    permission: Permission = Permission.REQUEST_CORRECTION
    together: bool = False


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. A name stands for one kind."""
    if KINDS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two kinds are named {kind.name}")


def kind_named(name: str) -> Kind:
    """The kind of a stored request. Raises NotFound: without its kind nothing can be checked, so nothing runs."""
    if name not in KINDS:
        raise NotFound(f"no kind of request is named {name!r:.40}")
    return KINDS[name]
