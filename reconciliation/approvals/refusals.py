"""The tables' constraints as refusals: self-approval or a second decision reads the same whether the code or a key
caught it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from ledger.refusals import constraint_of
from reconciliation.errors import (
    AlreadyDecided,
    AlreadyRequested,
    ChangedSinceAsked,
    CheckerIsMaker,
    Frozen,
    NotPermitted,
    Refusal,
    RequestNotOpen,
)

BY_CONSTRAINT: dict[str, tuple[type[Refusal], str]] = {
    "request_one_open_per_subject": (AlreadyRequested, "an open request asks for this already"),
    "request_ends_once": (RequestNotOpen, "the request is not open any more"),
    "decision_by_another_person": (CheckerIsMaker, "whoever asked cannot decide"),
    "decision_once_per_person": (AlreadyDecided, "you decided on this request already"),
    "decision_once_per_right": (AlreadyDecided, "the right that you would use was used on this request already"),
    "decision_by_a_right_of_another_person": (
        CheckerIsMaker,
        "whoever asked cannot decide, nor anybody by their right",
    ),
    "decision_by_one_who_may": (NotPermitted, "the role or right to decide on this is not yours any more"),
    "access_by_two_people": (NotPermitted, "who may decide changes by an approved request alone"),
    "decision_binds_maker_and_payload": (ChangedSinceAsked, "the decision is about another payload"),
    "request_asks_as_decided": (ChangedSinceAsked, "the request asks otherwise than policy decided"),
    "execution_by_another_person": (CheckerIsMaker, "whoever asked cannot execute"),
    "execution_has_its_quorum": (RequestNotOpen, "the request has not the approvals it needs"),
    "execution_runs_what_was_approved": (ChangedSinceAsked, "the execution is of another payload"),
    "move_is_not_frozen": (Frozen, "a freeze window was opened in the meantime; look again"),
    "approval_execution_pkey": (RequestNotOpen, "the request was executed already"),
}


@contextmanager
def refused_by_key() -> Iterator[None]:
    """Run the block; a violation of a rule above rises as its refusal. The database transaction is over then."""
    try:
        yield
    except DatabaseError as error:
        known = BY_CONSTRAINT.get(constraint_of(error) or "")
        if known is None:
            raise
        raise known[0](known[1]) from error
