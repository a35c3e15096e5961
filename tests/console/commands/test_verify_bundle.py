"""`verify_bundle`: the bundle and the verifier in it."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOT
from tests.reconciliation.recovery.conftest import controller
from tests.reconciliation.recovery.proof.bundles import as_note, edited, packed, restated
from tests.reconciliation.recovery.proof.conftest import files, scene, sealed

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["controller", "files", "scene", "sealed"]


@pytest.fixture
def bundle(sealed: bytes, tmp_path: Path) -> Callable[..., str]:
    def keep(content: bytes = sealed) -> str:
        (tmp_path / "b.zip").write_bytes(content)
        return str(tmp_path / "b.zip")

    return keep


def test_it_holds_by_the_copy_of_this_installation(
    run: Callable[..., Any], bundle: Callable[..., str], files: dict[str, bytes], sealed: bytes, tmp_path: Path
) -> None:
    manifest = json.loads(files["manifest.json"])
    answer = run("verify_bundle", bundle(), "--json", "--head", manifest["head"])
    assert (answer.code, answer.json["ok"], answer.json["subject"]) == (0, True, "IN-1"), answer.out
    assert answer.json["held"][-1] == "holds  verifier: the one in the bundle is this installation's"
    (tmp_path / "note").write_text(as_note(manifest["head"]))
    known = ("--digest", hashlib.sha256(sealed).hexdigest(), "--anchor", str(tmp_path / "note"))
    told = run("verify_bundle", bundle(), *known)
    assert told.code == 0
    assert f"digest {manifest['sha256']}" in told.out


def test_a_failure_is_named_and_leaves_with_1(
    run: Callable[..., Any], bundle: Callable[..., str], files: dict[str, bytes]
) -> None:
    forged = packed(edited(files, "request_decisions", lambda rows: rows.clear()))
    answer = run("verify_bundle", bundle(forged), "--json")
    assert (answer.code, answer.json["failure"]) == (1, "claim refuted")
    assert answer.json["place"] == "CR-1 was executed with 0 of the 1 approvals that it asked for"
    assert run("verify_bundle", "nowhere.zip").code == 2


def test_an_exchanged_verifier_is_found_by_the_second_copy(
    run: Callable[..., Any], bundle: Callable[..., str], files: dict[str, bytes]
) -> None:
    lenient = restated(files | {"verify.py": b"print('verified')\n"})
    answer = run("verify_bundle", bundle(packed(lenient)))
    assert answer.code == 1
    assert "sources wrong: verify.py is not this installation's" in answer.out
    known = json.loads(lenient["manifest.json"])["sha256"]
    assert run("verify_bundle", bundle(packed(lenient)), "--digest", known).code == 0, "sealed by another version"


def test_it_opens_no_database(bundle: Callable[..., str]) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "verify_bundle", bundle()]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
