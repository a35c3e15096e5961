"""For tests of the gate that are not about its proof: a verification that held and an anchor, as of an instant."""

from datetime import datetime

from ledger.models import AuditAnchor, AuditVerification
from ledger.tenancy import tenant


def proven(tenant_id: int, *at: datetime) -> None:
    """The rows that a worker's verification and anchor leave."""
    with tenant(tenant_id):
        for each in at:
            AuditVerification.objects.create(
                at=each, ok=True, row_count=1, block_count=1, unsealed=0, transactions=1, head="1:00", verified_by="test"
            )  # fmt: skip
            AuditAnchor.objects.create(
                at=each, block=1, row_count=1, head="1:00", note="", place="elsewhere", made_by="test"
            )  # fmt: skip
