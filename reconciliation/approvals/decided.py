"""What came of a decision."""

from dataclasses import dataclass

from reconciliation.approvals.checks import Check


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it. `state` is open (more approvals needed), executed, rejected or stale.

    A stale request is a refusal that must be remembered: it is answered as a result, because raising would roll the
    new state back. `changed` then says which facts no longer hold; nothing was executed, and whoever shows it shows a
    refusal.
    """

    request_id: int
    number: int
    state: str
    approvals: int
    quorum: int
    transaction_ids: tuple[int, ...] = ()
    changed: tuple[Check, ...] = ()
