"""Ask to correct every transaction of a use case that was posted with the wrong sign (cause 3), from one of its cases: one request,
one approval, each transaction reversed and posted anew by the rule that is in force by now."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.cases.waiting_cases import park
from reconciliation.checkpoints.acting import by
from reconciliation.corrections.batches.frozen_batch import KIND, freeze_batch, policy_facts_of
from reconciliation.corrections.batches.members import Members, members_against, require_correctable, rows
from reconciliation.corrections.batches.models import CorrectionBatch
from reconciliation.corrections.batches.preview import totals_of
from reconciliation.corrections.batches.wrong_sign import rule_to_correct_by
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.target import open_case, require_free
from reconciliation.errors import AlreadyRequested, NoCorrection
from reconciliation.permissions import Permission, require
from reconciliation.postings.models import PostingRule


def request_batch(
    *, case: int, note: str, idempotency_key: str, actor: Actor, at: datetime, reason_code: str = "WRONG_SIGN"
) -> Made:
    """Freeze the exact set of transactions for a checker; `case` is the number of a case with cause 3. Needs a tenant scope.

    Raises NotPermitted, NotFound, CaseNotOpen, BadInput, ReasonMissing, SecurityHold, NoCorrection (no case of a wrong sign, no
    rule newer than its transactions, or one that does not put a member right), AlreadyRequested, ForbiddenByPolicy."""
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    note, found = require_reason(KIND, reason_code, note), open_case(case)
    rule = rule_to_correct_by(found)
    if made := made_before(
        idempotency_key, kind=KIND, subject=rule.use_case, reason_code=reason_code, note=note, maker=actor.person_id
    ):  # fmt: skip
        return made
    members = _members(rule)
    totals = totals_of(rule, members)
    require_free({t.account_id for t in totals})
    payload = freeze_batch(found, rule, members, totals) | {"reason_code": reason_code, "note": note}
    made = make_request(
        Draft(
            kind=KIND, title=f"Reverse and re-post {len(members.ids):,} postings of {rule.use_case}", subject=rule.use_case,
            payload=payload, amount_minor=int(payload["amount_minor"]), currency=found.currency, reason_code=reason_code,
            note=note, idempotency_key=idempotency_key, facts=policy_facts_of(payload) | {"reason_code": reason_code} | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip
    if made.created:
        rows("keep", request=made.id, ids=members.ids)
    park(found, made, f"correct {len(members.ids):,} postings of {rule.use_case}", by=actor, at=at)
    return made


def _members(rule: PostingRule) -> Members:
    if (
        running := CorrectionBatch.objects.filter(use_case=rule.use_case, state="running")
        .select_related("request")
        .first()
    ):
        raise AlreadyRequested(f"{running.request} is being carried out: {running.request.title}")
    members = members_against(rule)
    if not members.ids:
        raise NoCorrection(f"no posting of {rule.use_case} stands against {rule}")
    require_correctable(rule, members)
    return members
