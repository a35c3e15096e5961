"""Postings of a payment that wait for an approval: nothing is booked of it yet, and still it is not unknown."""

from datetime import datetime

from reconciliation.approvals.models import ApprovalRequest

POSTING = "posting."
MOST = 5


def waiting_postings(payment_id: str, at: datetime) -> list[ApprovalRequest]:
    """The open requests to post something for a payment, oldest first. One query, of open requests alone."""
    open_ones = ApprovalRequest.objects.filter(state=ApprovalRequest.State.OPEN, expires_at__gt=at)
    return list(open_ones.filter(payment_id=payment_id, kind__startswith=POSTING).order_by("id")[:MOST])
