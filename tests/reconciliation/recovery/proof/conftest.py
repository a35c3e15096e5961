"""A bundle with everything that a claim is made of."""

import hashlib
import json

import pytest

from ledger import audit
from ledger.actors import Actor
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from reconciliation.recovery.models import EvidencePiece
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW, march
from tests.reconciliation.recovery.incidents import S05, Scene
from tests.reconciliation.recovery.proof.bundles import packed, unpacked

BOOK = """
T1 10 ewa 4500 @D1
T2 10 ewa 30000 emp/rev 450 @D2
T3 11 PENDING ewa 60 @D5
T4 11 PENDING ewa 70 @D6
"""


@pytest.fixture
def scene(acme: Tenant, maker: Actor, checker: Actor) -> Scene:
    """Drift, postings planned, confirmed, failed and reversed, requests executed, open and rejected, in several blocks; then the
    lines of an incident."""
    scene = Scene(acme.id)
    scene.play(BOOK).check_day("clr", "10")
    with tenant(acme.id):
        planned = {n: LedgerTransaction.objects.get(public_id=scene.ids[n]) for n in ("T3", "T4")}
        confirm_transaction(
            planned["T3"], effective_on=march("11"), actor=INTEGRATION, at=NOW, day_of=settlement_day
        )  # fmt: skip
        fail_transaction(planned["T4"], actor=INTEGRATION, at=NOW, why="expired")
        audit.seal(NOW)
    scene.approve(scene.reverse("T2", maker), checker)
    scene.reject(scene.reverse("T1", maker), checker)
    scene.reverse("T3", maker, key="open")
    with tenant(acme.id):
        audit.seal(NOW)
    scene.play(S05).check_day("clr", "10")
    return scene


@pytest.fixture
def sealed(scene: Scene, controller: Actor, checker: Actor) -> bytes:
    """The last bundle of its incident, which was released."""
    scene.release(1, controller, checker)
    scene.work()
    bundle = scene.bundle("IN-1")
    with tenant(scene.tenant_id):
        pieces = EvidencePiece.objects.filter(bundle=bundle).order_by("position").values_list("content", flat=True)
        return b"".join(bytes(p) for p in pieces)


@pytest.fixture
def files(sealed: bytes) -> dict[str, bytes]:
    found = unpacked(sealed)
    assert packed(found) == sealed
    assert json.loads(found["manifest.json"])["verifier"]["sha256"] == hashlib.sha256(found["verify.py"]).hexdigest()
    return found
