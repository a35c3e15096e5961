"""Who asked for the versions of posting rules, for the page that lists them. Reads only."""

from collections.abc import Sequence

from reconciliation.approvals.models import ApprovalRequest
from reconciliation.postings.models import PostingRule
from reconciliation.postings.rule_kind import KIND


def requests_of(versions: Sequence[PostingRule]) -> dict[int, ApprovalRequest]:
    """By decision; none of a first version. One query."""
    asked = ApprovalRequest.objects.filter(kind=KIND, decision_id__in=[v.decision_id for v in versions])
    return {r.decision_id: r for r in asked}


def waiting_rules() -> list[ApprovalRequest]:
    """Those that wait for a second person. One query."""
    return list(ApprovalRequest.objects.filter(kind=KIND, state=ApprovalRequest.State.OPEN).order_by("number"))
