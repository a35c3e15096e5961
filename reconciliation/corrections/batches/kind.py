"""The kind "correction.batch": its approval begins the batch, and the outbox carries it out, a chunk of members at a time."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.periods import open_from
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.waiting_cases import release
from reconciliation.corrections.batches.frozen_batch import KIND
from reconciliation.corrections.batches.members import members_against
from reconciliation.corrections.batches.models import CorrectionBatch
from reconciliation.corrections.batches.preview import BatchPreview, preview_members
from reconciliation.corrections.frozen import case_facts
from reconciliation.corrections.target import holds_on
from reconciliation.errors import ChangedSinceAsked
from reconciliation.outbox import enqueue
from reconciliation.postings.models import PostingRule
from reconciliation.postings.rule_versions import hold_rules, rule_in_force

MOVE = "correction.batch"
CHUNK = "correct_chunk"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the same rule is in force, exactly these transactions stand against it, the same books are open, no
    account of theirs is held,
    and the case shows what it showed."""
    rule = rule_in_force(payload["use_case"])
    case = ExceptionCase.objects.get(id=payload["case_id"])
    return {
        "first_open_day": first_open_day(),
        "rule_in_force": rule.number if rule else 0, "members": members_against(_rule(payload)).frozen,
        "security_hold": [str(c) for c in holds_on({a["account_id"] for a in payload["accounts"]})],
    } | case_facts(case)  # fmt: skip


def first_open_day() -> str:
    """On which members in closed books are corrected, "" while nothing is closed: others than the approved days stop a batch."""
    return f"{open_from() or ''}"


def preview(payload: Payload, at: datetime) -> BatchPreview:
    """Totals, days and first rows of those that stand against the rule now. Changes no row."""
    rule = _rule(payload)
    return preview_members(rule, members_against(rule))


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Begin the batch and ask for its first chunk; writes no transaction itself. Raises ChangedSinceAsked."""
    hold_rules()  # until commit nobody brings another rule: what the checks above saw is what begins
    rule = rule_in_force(payload["use_case"])
    if rule is None or rule.number != payload["rule_number"]:
        raise ChangedSinceAsked(f"{rule} came into force in the meantime; look again")
    request = ApprovalRequest.objects.get(decision_id=decision_id)
    CorrectionBatch.objects.create(
        request=request, use_case=rule.use_case, rule_number=rule.number, member_count=payload["members"]["count"],
        decision_id=decision_id, begun_at=at,
    )  # fmt: skip
    audit.record(
        actor, at, "batch.begun", str(request), why=payload["note"], policy_version=policy_version, use_case=rule.use_case,
        rule=str(rule), members=payload["members"]["count"], members_sha256=payload["members"]["sha256"],
    )  # fmt: skip
    ask_for_chunk(request, 0, at)
    return []


def ask_for_chunk(request: ApprovalRequest, done: int, at: datetime) -> None:
    """The next members, after so many."""
    enqueue(CHUNK, f"{request} after {done}", {"request": request.id}, at=at)


def _rule(payload: Payload) -> PostingRule:
    return PostingRule.objects.get(use_case=payload["use_case"], number=payload["rule_number"])


BATCH = Kind(KIND, MOVE, preview, facts_of, effect, release)
