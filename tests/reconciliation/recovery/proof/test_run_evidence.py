"""A recovery's bundle carries the same verifier, and its chain is proven by it."""

import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.recovery.models import EvidencePiece
from tests.reconciliation.recovery.proof.bundles import rows_in, said_of, unpacked
from tests.reconciliation.recovery.runs.conftest import analyst, shop
from tests.reconciliation.recovery.runs.drifted import Drifted

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["analyst", "shop"]


def test_the_export_of_a_run_verifies(shop: Drifted, controller: Actor) -> None:
    shop.open(controller)
    shop.freeze(controller)
    shop.export(controller)
    with tenant(shop.tenant_id):
        content = b"".join(
            bytes(p) for p in EvidencePiece.objects.order_by("position").values_list("content", flat=True)
        )
    assert said_of(content) == "holds"
    files = unpacked(content)
    assert rows_in(files, "audit")
    assert len(rows_in(files, "audit_proof")) >= len(rows_in(files, "audit"))
