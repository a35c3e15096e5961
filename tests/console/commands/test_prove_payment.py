"""`prove_payment`: a file that `verify_bundle` holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from tests.reconciliation.bank.desk import NOW, desk
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_file_verifies(acme: Tenant, run: Callable[..., Any], tmp_path: Path) -> None:
    desk(acme.id).post(500, "A1")
    with tenant(acme.id):
        posted = LedgerTransaction.objects.get()
        seal_all(NOW)
    kept = tmp_path / "proof.zip"
    answer = run("prove_payment", str(posted.public_id), "--tenant", "acme", "--out", str(kept), "--json")
    assert answer.code == 0, answer.err
    told = run("verify_bundle", str(kept), "--digest", answer.json["sha256"], "--head", answer.json["head"])
    assert told.code == 0, told.out
    assert run("prove_payment", "p-9", "--tenant", "acme", "--out", str(tmp_path / "x")).code == 1
    assert run("prove_payment", str(posted.public_id), "--tenant", "acme", "--out", str(kept)).code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["proof.zip"], "nothing half made is left"
