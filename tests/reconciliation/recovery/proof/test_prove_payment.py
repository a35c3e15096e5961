"""The proof of one payment: small, verifiable without us, and handed out on the record."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.anchors.anchor_chain import anchor_chain
from ledger.anchors.shelf import Shelf
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.errors import NotFound, NotHeld, NotPermitted
from reconciliation.recovery.proof import verify
from reconciliation.recovery.proof.prove_payment import prove_payment
from tests.ledger.test_anchors import CLOCK, KEY
from tests.reconciliation.recovery.incidents import LATER, Scene
from tests.reconciliation.recovery.proof.bundles import OF_A_RECOVERY, restated, rows_in, said_of, unpacked
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = LATER + timedelta(hours=1)


def proof_of(scene: Scene, key: str, actor: Actor) -> tuple[dict[str, bytes], dict[str, Any]]:
    out = io.BytesIO()
    with tenant(scene.tenant_id):
        manifest = prove_payment(key=key, out=out, actor=actor, at=AFTER)
    return unpacked(out.getvalue()), manifest


@pytest.fixture
def books(scene: Scene) -> Scene:
    with tenant(scene.tenant_id):
        seal_all(LATER)
    return scene


def test_a_reversed_posting_is_proven_with_its_original_and_who_approved_it(books: Scene, auditor: Actor) -> None:
    reversal = books.reversal_of("T2")
    assert reversal is not None
    files, manifest = proof_of(books, str(reversal.public_id), auditor)
    assert said_of(files) == "holds"
    assert {t["transaction"] for t in rows_in(files, "transactions")} == {books.ids["T2"], str(reversal.public_id)}
    assert [r["request"] for r in rows_in(files, "requests")] == ["CR-1"]
    assert [d["decided_by"] for d in rows_in(files, "request_decisions")] == ["Checker"]
    assert {p["key"] for p in rows_in(files, "policies")} == {"postings", "corrections"}
    assert {a["action"] for a in rows_in(files, "audit")} >= {
        "transaction.posted",
        "transaction.reversed",
        "request.decided",
    }
    elsewhere = {"drift_adds_up", "cases_told", "cases_vouched"} | set(OF_A_RECOVERY)
    assert set(json.loads(files["manifest.json"])["claims"]) == {c.__name__ for c in verify.CLAIMS} - elsewhere
    with tenant(books.tenant_id):
        told = AuditEntry.objects.get(action="payment.proven")
    assert (told.actor, told.detail["sha256"]) == (auditor.id, manifest["sha256"])


def test_a_planned_posting_and_its_move_are_proven(books: Scene, auditor: Actor) -> None:
    files, _ = proof_of(books, books.ids["T3"], auditor)
    assert [m["to_status"] for m in rows_in(files, "moves")] == ["POSTED"]
    assert said_of(files) == "holds"


def test_its_chain_ends_at_the_first_anchor_behind_it(
    acme: Tenant, books: Scene, auditor: Actor, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path, KEY)
    anchored = anchor_chain(acme.id, shelf=shelf, actor=CLOCK, at=LATER)
    assert anchored is not None
    first, manifest = proof_of(books, books.ids["T1"], auditor)
    assert manifest["head"] == anchored.head
    with tenant(acme.id):
        seal_all(AFTER)
    again, manifest = proof_of(books, books.ids["T1"], auditor)
    assert manifest["head"] == anchored.head, "however long the chain has grown since"
    assert len(rows_in(again, "audit_blocks")) == len(rows_in(first, "audit_blocks"))
    note = json.loads(shelf.place("acme").read_text())["note"]
    assert said_of(again, anchor=note, key=str(KEY.public)) == "holds"
    other = note.replace("plumbline/acme", "plumbline/acne")
    assert said_of(again, anchor=other, key=str(KEY.public)).startswith("proof missing: the anchor is not signed by")


def test_whoever_may_not_and_what_is_not_known_is_refused(
    books: Scene, rival: Tenant, maker: Actor, auditor: Actor
) -> None:
    with pytest.raises(NotPermitted):
        proof_of(books, books.ids["T1"], maker)
    with pytest.raises(NotFound):
        proof_of(books, "p-of-nobody", auditor)
    with tenant(rival.id), pytest.raises(NotFound):
        prove_payment(key=books.ids["T1"], out=io.BytesIO(), actor=auditor, at=AFTER)
    with tenant(books.tenant_id):
        assert not AuditEntry.objects.filter(action="payment.proven").exists()


def test_what_would_not_verify_is_not_handed_out(books: Scene, auditor: Actor, raw_as: Any) -> None:
    with raw_as("superuser") as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("UPDATE ledger_entry SET amount_minor = amount_minor + 1")
    with pytest.raises(NotHeld, match="would not verify: proof missing: transaction"):
        proof_of(books, books.ids["T1"], auditor)


def test_it_verifies_and_says_all_the_same_that_a_case_stands_open(books: Scene, auditor: Actor) -> None:
    books.play("T8 10 ewa 900 @D8 p8\nT9 10 ewa 700 @D9 p9\nL9 clr 10 -700 @D9").check_day("clr", "10")
    with tenant(books.tenant_id):
        case = ExceptionCase.objects.get(payment_id="p8")
        seal_all(LATER)
    files, _ = proof_of(books, "p8", auditor)
    (told,) = rows_in(files, "open_cases")
    assert (told["case"], told["contribution_minor"], told["currency"]) == (str(case), "900", "ETB")
    _, said = verify.check(files)
    assert said[-1] == f"tells  open_cases: 1 stood open, so the planes did not agree: {case}"
    agreed, _ = proof_of(books, "p9", auditor)
    assert verify.check(agreed)[1][-1] == "tells  open_cases: none stood open"


def test_the_cases_are_never_left_out(books: Scene, auditor: Actor) -> None:
    files, _ = proof_of(books, str(books.ids["T2"]), auditor)
    manifest = json.loads(files["manifest.json"])
    without = {name: body for name, body in files.items() if name != "open_cases.jsonl"}
    manifest["files"] = [f for f in manifest["files"] if f["name"] != "open_cases.jsonl"]
    with pytest.raises(verify.Failure, match=r"open_cases\.jsonl is missing"):
        verify.check(restated(without | {"manifest.json": json.dumps(manifest).encode()}))
