"""The kinds "resolve_other" and "resolve_case": a case ended by a note and a second person, and one that policy lets nobody end
alone by a code of its class. They match nothing and move no money: what differed differs on, and counts as such."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.ending import end, lock_case
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.resolutions import OTHER
from reconciliation.cases.waiting_cases import release
from reconciliation.checkpoints.rules import RESOLVE, RESOLVE_OTHER
from reconciliation.errors import ChangedSinceAsked
from reconciliation.permissions import Permission

KIND, BY_CODE = "resolve_other", "resolve_case"


def freeze(case: ExceptionCase, note: str, *, kind: str = KIND, code: str = OTHER) -> Payload:
    """What will be said of which difference: its class, signed minor units as text, and its rows by digest."""
    return {
        "kind": kind, "code": code, "case_id": case.id, "case": case.number, "exception_class": case.exception_class,
        "contribution_minor": str(case.contribution_minor), "currency": case.currency, "rows_sha256": _rows(case),
        "note": note, "account_id": case.bank_account.ledger_account_id if case.bank_account else None,
    }  # fmt: skip


def facts_of(payload: Payload) -> Facts:
    """What must still hold when it is agreed to: the case stands, and is about the very same difference."""
    case = ExceptionCase.objects.get(id=payload["case_id"])
    return {
        "case_stands": case.state != ExceptionCase.State.RESOLVED, "case_class": [case.exception_class, case.cause, case.kind],
        "case_difference": str(case.contribution_minor), "case_rows": _rows(case), "case_held": case.held,
    }  # fmt: skip


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """End the case; writes no transaction. Raises ChangedSinceAsked."""
    case = lock_case(payload["case"])
    request = ApprovalRequest.objects.get(
        kind=payload["kind"], state=ApprovalRequest.State.OPEN, payload__case_id=case.id
    )
    if request.quorum and case.state != ExceptionCase.State.WAITING:  # one that asks for nobody never waited
        raise ChangedSinceAsked(f"{case} does not wait for this any more")
    end(
        case, payload["code"], note=payload["note"], decision_id=decision_id, policy_version=policy_version, by=actor, at=at,
        request=request.number, state="executed", asked_by=request.made_by_label,
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """A case that was ended has its event; every other one is worked on again."""
    if state != ApprovalRequest.State.EXECUTED:
        release(requests, state=state, actor=actor, at=at)


def preview(payload: Payload, at: datetime) -> object:
    """Nothing is written, so there is nothing to preview."""
    return None


def _rows(case: ExceptionCase) -> str:
    rows: list[Any] = sorted(case.evidence["rows"])
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


RESOLVE_AS_OTHER = Kind(KIND, RESOLVE_OTHER, preview, facts_of, effect, ended, Permission.WORK_CASES)
RESOLVE_BY_CODE = Kind(BY_CODE, RESOLVE, preview, facts_of, effect, ended, Permission.WORK_CASES)
