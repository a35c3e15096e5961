"""The verifier that travels in a bundle: it holds what was sealed, and names one of three failures with its place."""

import ast
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reconciliation.recovery.proof import verify
from tests.reconciliation.recovery.proof.bundles import (
    OF_A_RECOVERY,
    Rows,
    as_note,
    edited,
    packed,
    restated,
    rows_in,
    said_of,
    without,
)

pytestmark = pytest.mark.django_db(transaction=True)
Files = dict[str, bytes]
ABSENT = "0" * 64


def cell(row: int, **values: Any) -> Callable[[Rows], Any]:
    return lambda rows: rows[row].update(values)


def drop(row: int) -> Callable[[Rows], Any]:
    return lambda rows: rows.pop(row)


# Section, edit, and what is said; whoever edits states the manifest anew. T1 to T4 and R (the reversal of T2) stand for their ids.
FORGED: list[tuple[str, Callable[[Rows], Any], str]] = [
    ("entries", cell(0, amount_minor="4501"), "claim refuted: transaction T1 does not balance: ETB"),
    ("entries", cell(0, direction="CREDIT"), "claim refuted: transaction T1 does not balance: ETB"),
    ("entries", drop(1), "claim refuted: transaction T1 does not balance: ETB"),
    ("entries", lambda rows: [rows.pop(0), rows.pop(0)], "claim refuted: transaction T1 does not balance: no entry"),
    ("entries", cell(0, transaction=77), "claim refuted: transaction T1 does not balance: ETB"),
    ("transactions", drop(0), "claim refuted: entries of transaction t1, which is not here"),
    ("transactions", lambda rows: rows[4].update(reverses=rows[0]["id"]),
     "claim refuted: transaction R is not the one mirror of what it reverses"),
    ("transactions", lambda rows: rows[2].update(reverses=rows[1]["id"]),
     "claim refuted: transaction T3 is not the one mirror of what it reverses"),
    ("transactions", cell(0, payment_id="p9"),
     "claim refuted: transaction T1 says otherwise than what its audit row vouches for"),
    ("transactions", cell(0, effective_on="2026-03-09"),
     "claim refuted: transaction T1 says otherwise than what its audit row vouches for"),
    ("transactions", cell(2, status="FAILED"),
     "claim refuted: transaction T3 says otherwise than what its audit row vouches for"),
    ("transactions", cell(0, canonical="v1"), "proof missing: transaction T1: no audit row vouches for it as it stands here"),
    ("transactions", cell(0, decision=-1),
     "claim refuted: transaction T1 stands on decision -1, which did not allow it: no such decision"),
    ("moves", drop(0), "claim refuted: transaction T3 says otherwise than what its audit row vouches for"),
    ("moves", cell(0, at="2026-03-20T12:00:00.000001+00:00"),
     "proof missing: transaction T3: no audit row tells of its move to POSTED"),
    ("checks", cell(0, drift="1"), "claim refuted: check of 2026-03-10: its differences do not add up to its drift"),
    ("checks", cell(0, unexplained="1"), "claim refuted: check of 2026-03-10: its differences do not add up to its drift"),
    ("checks", cell(0, ledger_total="1"), "claim refuted: check of 2026-03-10: its differences do not add up to its drift"),
    ("contributions", cell(0, contribution_minor="1"),
     "claim refuted: check of 2026-03-10: its differences do not add up to its drift"),
    ("contributions", drop(0), "claim refuted: check of 2026-03-10: its differences do not add up to its drift"),
    ("request_decisions", cell(0, decided_by_person="MAKER"), "claim refuted: CR-1 was decided by whoever made it"),
    ("request_decisions", cell(0, on_behalf_of="MAKER"), "claim refuted: CR-1 was decided by whoever made it"),
    ("request_decisions", drop(0), "claim refuted: CR-1 was executed with 0 of the 1 approvals that it asked for"),
    ("request_decisions", cell(0, verdict="reject"),
     "claim refuted: CR-1 was executed with 0 of the 1 approvals that it asked for"),
    ("request_decisions", cell(0, payload_sha256=ABSENT), "claim refuted: CR-1 was decided or executed about another payload"),
    ("requests", cell(0, quorum=2), "claim refuted: CR-1 was executed with 1 of the 2 approvals that it asked for"),
    ("requests", cell(0, state="open"), "claim refuted: transaction R stands on decision D7, which did not allow it: approval"),
    ("requests", cell(2, state="executed"), "claim refuted: CR-3 is executed, and its execution says otherwise"),
    ("requests", cell(0, payload={}), "claim refuted: CR-1 carries another payload than its digest is of"),
    ("requests", drop(3), "claim refuted: CR-4 was decided or executed and is not here"),
    ("executions", drop(0), "claim refuted: CR-1 is executed, and its execution says otherwise"),
    ("executions", cell(0, payload_sha256=ABSENT), "claim refuted: CR-1 was decided or executed about another payload"),
    ("executions", cell(0, executed_at="2026-03-20T12:00:00.000001+00:00"),
     "proof missing: CR-1: no audit row tells of request.executed"),
    ("decisions", cell(0, outcome="forbidden"),
     "claim refuted: transaction T1 stands on decision D1, which did not allow it: forbidden"),
    ("decisions", cell(0, rule="9"), "claim refuted: decision D1 is not what Postings v1, clause 9, says"),
    ("policies", lambda rows: [r.update(document={}) for r in rows],
     "claim refuted: decisions_by_policy: a row lacks or misspells 'title'"),
    ("policies", lambda rows: [r["document"].update(owner="me") for r in rows], "is not the document that its digest is of"),
    ("policies", lambda rows: rows.clear(), "claim refuted: decision D1 is not what Postings v1, clause 1, says"),
    ("audit", cell(0, why="other"), "claim refuted: audit row FIRST says otherwise than the bytes that were sealed"),
    ("audit", cell(0, detail={"x": 1}), "claim refuted: audit row FIRST says otherwise than the bytes that were sealed"),
    ("audit", cell(0, at="2026-03-20T12:00:00.000001+00:00"),
     "claim refuted: audit row FIRST says otherwise than the bytes that were sealed"),
    ("audit", lambda rows: rows[0].update(canonical=rows[0]["canonical"] + "x"), "has no place in the chain"),
    ("audit", lambda rows: rows.remove(next(r for r in rows if r["action"] == "transaction.posted")),
     "proof missing: transaction T1: no audit row vouches for it as it stands here"),
    ("audit_proof", drop(0), "proof missing: block 1: the digests of its rows are not the ones that were sealed"),
    ("audit_proof", cell(0, sha256=ABSENT), "proof missing: block 1: the digests of its rows are not the ones that were sealed"),
    ("audit_proof", lambda rows: rows.clear(), "has no place in the chain"),
    ("audit_blocks", drop(1), "proof missing: block 2 of the chain is missing"),
    ("audit_blocks", drop(0), "proof missing: block 1 of the chain is missing"),
    ("audit_blocks", drop(-1), "proof missing: "),
    ("audit_blocks", cell(1, previous=ABSENT), "proof missing: block 2 does not link to the block before it"),
    ("audit_blocks", cell(0, previous=ABSENT), "proof missing: block 1 does not link to the block before it"),
    ("audit_blocks", cell(1, sha256=ABSENT), "proof missing: block 2: its digest does not follow from what it holds"),
    ("audit_blocks", cell(1, row_count=99), "proof missing: block 2: its digest does not follow from what it holds"),
]  # fmt: skip


def test_what_was_sealed_holds_and_each_forged_row_is_named(files: Files) -> None:
    assert said_of(files) == "holds"
    books, maker = rows_in(files, "transactions"), rows_in(files, "requests")[0]["made_by_person"]
    names = {t["transaction"]: short for t, short in zip(books, ("T1", "T2", "T3", "T4", "R"), strict=True)}
    names |= {f"transaction {books[0]['id']},": "transaction t1,"}
    names |= {f"decision {d['decision']} ": f"decision D{n} " for n, d in enumerate(rows_in(files, "decisions"), 1)}
    names |= {f"decision {d['decision']},": f"decision D{n}," for n, d in enumerate(rows_in(files, "decisions"), 1)}
    names |= {f"audit row {rows_in(files, 'audit')[0]['row']} ": "audit row FIRST "}
    names |= {f"{c['check']} ": "" for c in rows_in(files, "checks")}
    missed = []
    for section, change, expected in FORGED:
        said = said_of(edited(files, section, change, MAKER=maker))
        for name, short in names.items():
            said = said.replace(name, short)
        if expected not in said:
            missed.append((section, expected, said))
    assert missed == []


def test_files_that_are_not_what_the_manifest_states_are_wrong_sources(files: Files) -> None:
    swapped = {**files, "entries.jsonl": files["moves.jsonl"], "moves.jsonl": files["entries.jsonl"]}
    told = {
        "entries.jsonl is not what the manifest states: its bytes have another digest": swapped,
        "lines.jsonl is missing": {k: v for k, v in files.items() if k != "lines.jsonl"},
        "verify.py is missing": {k: v for k, v in files.items() if k != "verify.py"},
        "manifest.json is missing": {k: v for k, v in files.items() if k != "manifest.json"},
        "more.jsonl was added: the manifest does not name it": files | {"more.jsonl": b""},
        "verify.py is not what the manifest states: its bytes have another digest": files | {"verify.py": b"pass"},
        "manifest.json is not spelled as one is": files | {"manifest.json": files["manifest.json"] + b" "},
        "manifest.json cannot be read: KeyError('format')": files | {"manifest.json": b"{}\n"},
        "manifest.json says 'other', this verifier reads 'plumbline evidence 1'": restated(files, format="other"),
        "'lies_well' is no claim that this verifier knows": restated(files, claims=["lies_well"]),
        "entries.jsonl is missing: the claim entries_balance is made of it": without(files, "entries"),
    }
    assert {said_of(given) for given in told.values()} == {f"sources wrong: {place}" for place in told}
    manifest = json.loads(files["manifest.json"])
    for name in ("subject", "tenant", "as_of", "head", "sha256"):
        said = json.dumps(manifest | {name: "other"}, indent=1, sort_keys=True).encode() + b"\n"
        assert "it has another digest than it states" in said_of(files | {"manifest.json": said}), name


def test_a_claim_or_a_section_that_is_left_out_is_a_proof_that_is_missing(files: Files) -> None:
    every = json.loads(files["manifest.json"])["claims"]
    for name in every:
        said = said_of(restated(files, claims=[c for c in every if c != name]))
        assert said == f"proof missing: the claim {name} is not made, and its rows are here"
    for section, needs in {
        "entries": "transactions",
        "policies": "transactions",
        "contributions": "checks",
        "case_history": "cases",
    }.items():
        claims = [c.__name__ for c, needed in verify.CLAIMS.items() if section not in needed and c.__name__ in every]
        said = said_of(without(files, section, claims=claims))
        assert said == f"proof missing: {section}.jsonl is missing: {needs}.jsonl never comes without it"
    claims = [c.__name__ for c, needed in verify.CLAIMS.items() if "audit" not in needed and c.__name__ in every]
    said = said_of(without(files, "audit", "audit_proof", "audit_blocks", claims=claims))
    assert said == "proof missing: audit.jsonl is missing: a bundle never comes without it"


def test_a_digest_or_a_head_that_is_known_elsewhere_is_held_against_it(sealed: bytes, files: Files) -> None:
    manifest = json.loads(files["manifest.json"])
    forged = edited(files, "lines", cell(0, narrative="other"))
    assert said_of(forged) == "holds", (
        "nothing inside a bundle can know what was never claimed: that is what the digest is for"
    )
    assert said_of(forged, digest=manifest["sha256"]).startswith("sources wrong: the bundle has the digest")
    assert said_of(sealed, digest=manifest["sha256"]) == "holds"
    first = rows_in(files, "audit_blocks")[0]
    for head in (manifest["head"], f"{first['block']}:{first['sha256']}"):
        assert said_of(files, head=head) == "holds"
        assert said_of(files, anchor=as_note(head)) == "holds"
    said = said_of(files, head=f"9:{ABSENT}")
    assert (
        said
        == f"proof missing: the head 9:{ABSENT} is not in the chain of this bundle, which ends with {manifest['head']}"
    )
    assert "the anchored head 2:" in said_of(files, anchor=as_note(f"2:{ABSENT}"))
    assert said_of(files, anchor="nonsense").startswith("proof missing: the anchor cannot be read")


def test_each_changed_byte_is_found(sealed: bytes, sized: Callable[[int], int]) -> None:
    """Every byte of a small bundle in `make soak`; else a sample from each region of the file: headers, contents, the manifest, the
    verifier, the directory."""
    manifest, at = len(sealed) - sealed.rindex(b'{\n "as_of"'), len(sealed)
    every, seed = range(len(sealed)), random.Random(6)
    places = (
        list(every) if sized(10) == 10 else [*every[-manifest::60], *every[::700], *range(0, 60), *range(at - 60, at)]
    )
    unseen = []
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << seed.randrange(8)
        if said_of(bytes(changed)) == "holds":
            unseen.append(place)
    assert len(places) > 200
    assert unseen == []


def test_nothing_hides_in_the_zip(sealed: bytes, files: Files) -> None:
    end = sealed.rindex(b"PK\5\6")
    longer = sealed[: end + 20] + b"\5\0" + b"hello"
    hidden = {
        "a byte behind": sealed + b"\0", "a byte before": b"\0" + sealed, "a comment": longer, "a byte less": sealed[:-1],
        "cut within": sealed[: len(sealed) // 2], "nothing": b"", "no ZIP": b"hello", "another ZIP behind": sealed + sealed,
        "a file twice": sealed.replace(b"moves.jsonl", b"lines.jsonl"), "a byte between": sealed[:end] + b"\0" + sealed[end:],
        "no directory": sealed[: sealed.index(b"PK\1\2")],
    }  # fmt: skip
    for trick, content in hidden.items():
        assert said_of(content).startswith("sources wrong: "), trick
    turned = dict(reversed(files.items()))
    assert said_of(packed(turned)) == "holds", "the order of the files says nothing"


def test_it_runs_beside_the_unpacked_files_on_the_oldest_python(files: Files, sealed: bytes, tmp_path: Path) -> None:
    ast.parse(files["verify.py"], feature_version=(3, 9))
    imported = {n.name for x in ast.walk(ast.parse(files["verify.py"])) if isinstance(x, ast.Import) for n in x.names}
    assert imported <= sys.stdlib_module_names
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for python in {sys.executable, *map(str, Path("/usr/bin").glob("python3.9"))}:
        done = subprocess.run([python, "-I", "verify.py"], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("holds  ") == len(verify.CLAIMS) - len(OF_A_RECOVERY) + 1
        assert f"digest {json.loads(files['manifest.json'])['sha256']}" in done.stdout
    (tmp_path / "entries.jsonl").write_bytes(b"")
    done = subprocess.run([sys.executable, "-I", "verify.py"], cwd=tmp_path, capture_output=True, text=True)
    told = "sources wrong: entries.jsonl is not what the manifest states: its bytes have another digest\n"
    assert (done.returncode, done.stdout) == (1, told)
    gone = subprocess.run([sys.executable, "-I", "verify.py", "none.zip"], cwd=tmp_path, capture_output=True, text=True)
    assert gone.returncode == 1
    assert gone.stdout.startswith("sources wrong: ")


@pytest.mark.parametrize("n", range(4))
def test_its_own_reading_of_a_signature_is_that_of_the_library(n: int) -> None:
    key, text = Ed25519PrivateKey.generate(), b"plumbline" * n
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = key.sign(text)
    assert verify.signed(public, text, signature)
    assert not verify.signed(public, text + b"x", signature)
    assert not verify.signed(public, text, signature[:-1] + bytes([signature[-1] ^ 1]))
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert not verify.signed(other, text, signature)
