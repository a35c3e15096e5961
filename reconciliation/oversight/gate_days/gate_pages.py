"""Who asked for the versions of the gate's setting, and what waits. Reads only."""

from reconciliation.approvals.models import ApprovalRequest
from reconciliation.oversight.gate_days.kind import KIND

EXECUTED = ApprovalRequest.State.EXECUTED
MOST = 200


def gate_requests(*, waiting: bool) -> list[ApprovalRequest]:
    """Those that were carried out, and those that wait, the newest first. One query."""
    states = [EXECUTED, ApprovalRequest.State.OPEN] if waiting else [EXECUTED]
    return list(ApprovalRequest.objects.filter(kind=KIND, state__in=states).order_by("-number")[:MOST])
