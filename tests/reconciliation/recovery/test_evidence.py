"""The bundle: sealed by a worker, the same bytes for the same instant, provable against the chain, and without a secret."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from ledger import audit
from ledger.actors import Actor
from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.cases.add_note import add_note
from reconciliation.errors import NotFound, NotPermitted
from reconciliation.postings.confirm_transaction import confirm_transaction
from reconciliation.recovery.hand_out import hand_out
from reconciliation.recovery.incident_evidence import SECTIONS, about_incident
from reconciliation.recovery.models import EvidencePiece
from reconciliation.recovery.packing import BundleTooLarge, Packing, line
from reconciliation.recovery.sealing import seal_bundle
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW, march
from tests.reconciliation.recovery.incidents import LATER, Scene

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
JOB = Actor("job", "seal_evidence", frozenset({"job"}))


def file_of(scene: Scene, actor: Actor, number: int) -> bytes:
    with tenant(scene.tenant_id):
        handed = hand_out(number=number, actor=actor, at=LATER)
    return b"".join(handed.pieces)


def run_verifier(content: bytes, *options: str) -> tuple[int, str]:
    """What the bundle's own verifier says of the bundle, started as an auditor starts it: its exit code and its words."""
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            opened.extract("verify.py", folder)
        (Path(folder) / "bundle.zip").write_bytes(content)
        command = [sys.executable, "-I", "-B", "verify.py", "bundle.zip", *options]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def rows_of(content: bytes, name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return [json.loads(row) for row in opened.read(f"{name}.jsonl").decode().splitlines()]


def test_it_is_sealed_by_a_worker_with_its_digest_on_the_trail(scene: Scene, auditor: Actor, maker: Actor) -> None:
    scene.work()
    bundle = scene.bundle("IN-1")
    content = file_of(scene, auditor, bundle.number)
    assert hashlib.sha256(content).digest() == bytes(bundle.file_sha256)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        for file in manifest["files"]:
            inside = opened.read(file["name"])
            assert (len(inside), hashlib.sha256(inside).hexdigest()) == (file["bytes"], file["sha256"])
            assert inside.count(b"\n") == file["rows"]
    assert manifest["sha256"] == bytes(bundle.sha256).hex()
    assert run_verifier(content)[0] == 0, run_verifier(content)[1]
    with tenant(scene.tenant_id):
        assert (
            AuditEntry.objects.get(action="evidence.sealed", subject=str(bundle)).detail["sha256"] == manifest["sha256"]
        )
        assert AuditEntry.objects.filter(action="evidence.handed_out", actor=auditor.id).count() == 1
    with pytest.raises(NotPermitted):
        file_of(scene, maker, bundle.number)
    with pytest.raises(NotFound):
        file_of(scene, auditor, 99)


def test_it_holds_the_line_and_what_led_there(scene: Scene, auditor: Actor) -> None:
    scene.work()
    content = file_of(scene, auditor, scene.bundle("IN-1").number)
    (own,) = [x for x in rows_of(content, "lines") if x["of_the_incident"]]
    assert (own["reference"], own["amount_minor"]) == ("X991", "-250")
    assert rows_of(content, "statements")[0]["file_sha256"]
    assert [c["case"] for c in rows_of(content, "cases")] == [str(scene.case("clr", "10"))]
    assert {"opened"} <= {e["kind"] for e in rows_of(content, "case_history")}
    assert any(c["cause"] == 4 for c in rows_of(content, "contributions"))
    assert {"incidents", "corrections"} <= {p["key"] for p in rows_of(content, "policies")}
    assert {"incident.opened", "freeze.opened"} <= {a["action"] for a in rows_of(content, "audit")}


def test_its_audit_rows_are_proven_by_the_chain(scene: Scene, auditor: Actor) -> None:
    scene.work()
    content = file_of(scene, auditor, scene.bundle("IN-1").number)
    proof, blocks = rows_of(content, "audit_proof"), {b["block"]: b for b in rows_of(content, "audit_blocks")}
    told = {a["row"]: hashlib.sha256(a["canonical"].encode()).hexdigest() for a in rows_of(content, "audit")}
    leaves = {p["row"]: p["sha256"] for p in proof}
    assert told
    assert {row: leaves.get(row) for row in told} == told, "each row is a leaf of a sealed block"
    for number in {p["block"] for p in proof}:
        whole = b"".join(bytes.fromhex(p["sha256"]) for p in proof if p["block"] == number)
        assert hashlib.sha256(whole).hexdigest() == blocks[number]["rows_sha256"]


def test_the_same_instant_gives_the_same_bytes_whatever_happened_since(
    acme: Tenant, controller: Actor, maker: Actor
) -> None:  # fmt: skip
    scene = Scene(acme.id)
    scene.play("T1 11 PENDING ewa 60 @D5\nT2 11 ewa 20 @D6\nL1 clr 10 -250 @X991").check_day("clr", "10")
    scene.work()
    first = scene.bundle("IN-1")
    after = LATER + timedelta(minutes=1)
    scene.call(1, controller, at=after)
    scene.work(after)
    with tenant(scene.tenant_id):
        found = LedgerTransaction.objects.get(public_id=scene.ids["T1"])
        confirm_transaction(found, effective_on=march("12"), actor=INTEGRATION, at=after, day_of=settlement_day)
        add_note(number=scene.case("clr", "10").number, text="asked the desk", key="k1", actor=maker, at=after)
        audit.seal(after)
    scene.ask_release(1, controller, at=after)
    with tenant(scene.tenant_id):
        about = about_incident(1, first.as_of)
        again = seal_bundle("IN-1", SECTIONS, about, asked_key="again", as_of=first.as_of, actor=JOB, at=after)
        later = seal_bundle("IN-1", SECTIONS, about, asked_key="later", as_of=after, actor=JOB, at=after)
    assert bytes(again.file_sha256) == bytes(first.file_sha256)
    assert bytes(later.sha256) != bytes(first.sha256), "as of another instant it holds what happened since"


def test_it_grows_with_its_incident_and_never_changes(scene: Scene, raw_as: RawAs) -> None:
    scene.work()
    first = scene.bundle("IN-1")
    scene.play("L3 clr 11 -70 @X993").check_day("clr", "11", at=LATER)
    scene.work(LATER + timedelta(minutes=5))
    assert scene.bundle("IN-1").number > first.number
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(scene.tenant_id)])
    for attack in (
        "UPDATE evidence_piece SET content = 'x'", "DELETE FROM evidence_bundle",
        "INSERT INTO evidence_piece (bundle_id, position, content) SELECT id, 77, 'x' FROM evidence_bundle",
    ):  # fmt: skip
        with pytest.raises(psycopg.Error, match=r"append-only|permission denied|comes with its bundle"):
            app.execute(attack)
    with pytest.raises(psycopg.Error, match="not whole"):
        app.execute(
            "INSERT INTO evidence_bundle (number, subject, asked_key, format, as_of, sealed_at, sealed_by, manifest, row_count,"
            " size_bytes, sha256, file_sha256) SELECT 98, 'IN-9', 'k', format, as_of, sealed_at, 'me', manifest, 1, 7, sha256,"
            " file_sha256 FROM evidence_bundle LIMIT 1"
        )
    with tenant(scene.tenant_id):
        assert EvidencePiece.objects.filter(bundle=first).count() == 1


def test_released_it_holds_calls_request_approval_and_release(
    scene: Scene, controller: Actor, checker: Actor, auditor: Actor
) -> None:  # fmt: skip
    scene.release(1, controller, checker)
    before = scene.bundle("IN-1")
    scene.work()
    bundle = scene.bundle("IN-1")
    assert bundle.number > before.number
    content = file_of(scene, auditor, bundle.number)
    assert [c["spoke_with"] for c in rows_of(content, "calls_and_notes")] == ["Almaz Tesfaye, fraud desk"]
    (asked,) = [r for r in rows_of(content, "requests") if r["kind"] == "release_incident"]
    assert asked["state"] == "executed"
    assert [d["verdict"] for d in rows_of(content, "request_decisions")] == ["approve"]
    assert [r["root_cause"] for r in rows_of(content, "release")] == ["bank_error"]
    assert {"incident.called", "incident.released"} <= {a["action"] for a in rows_of(content, "audit")}


@pytest.mark.quick
def test_what_is_too_large_is_refused_with_its_section() -> None:
    packing = Packing(io.BytesIO(), most_bytes=500)
    with pytest.raises(BundleTooLarge, match="section rows"):
        packing.add("rows", ({"n": n} for n in range(1000)))


@pytest.mark.quick
def test_a_line_is_canonical() -> None:
    assert line({"b": NOW, "a": "ä"}) == '{"a":"ä","b":"2026-03-20T12:00:00.000000+00:00"}\n'.encode()


@pytest.mark.quick
def test_no_section_reads_a_secret() -> None:
    for section in SECTIONS:
        for secret in ("provider_key", "sealed AS", "token_sha256", "password", "n.token", "d.body,", "d.headers AS"):
            assert secret not in section.query, (section.name, secret)
