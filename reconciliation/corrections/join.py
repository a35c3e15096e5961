"""The kinds "join" and "apart": a bank line without reference settles this entry, or it does not."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.cases.waiting_cases import release
from reconciliation.corrections import frozen
from reconciliation.corrections.effects import spoken_why
from reconciliation.corrections.held import with_checks
from reconciliation.corrections.joining import APART, JOIN, said_of
from reconciliation.corrections.preview import Preview, preview_of
from reconciliation.matching.identify_line import identify_line

MOVE = "correction.join"


def _effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """No transaction is written: what is said stands beside the line, and the next check goes by it."""
    identify_line(
        line_id=payload["lines"][0], transaction_id=payload["transaction_id"], bank_account_id=payload["bank_account_id"],
        together=payload["together"], subject=payload["transaction"], why=spoken_why(payload), decision_id=decision_id,
        policy_version=policy_version, actor=actor, at=at,
    )  # fmt: skip
    return []


EFFECT = with_checks(_effect)


def facts_of(payload: Payload) -> Facts:
    """What must still hold: both stand, the case shows the same line and difference, nobody said it meanwhile."""
    said = said_of(payload["lines"][0], payload["transaction_id"])
    return frozen.facts_of(payload) | {"line_identified": said}


def preview(payload: Payload, at: datetime) -> Preview:
    """No entry is written; the day before and after, as of `at`. Changes no row."""
    return preview_of(payload, [], EFFECT, MOVE, at)


JOIN_LINE = Kind(JOIN, MOVE, preview, facts_of, EFFECT, release)
KEEP_APART = Kind(APART, MOVE, preview, facts_of, EFFECT, release)
