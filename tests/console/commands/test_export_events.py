"""The log of some days as files."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import User
from tests.console.working import signed_in
from tests.reconciliation.provider.desk import Desk, said

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = ("--from", "2026-03-20", "--until", "2026-03-20")


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    desk = Desk(acme.id)
    desk.deliver(said("InvoiceSettled"))
    desk.take_in()
    return desk


def test_it_writes_the_lines_and_their_manifest(run: Callable[..., Any], desk: Desk, tmp_path: Path) -> None:
    as_of = ("--as-of", "2026-03-21T00:00:00+00:00")
    answer = run("export_events", "--tenant", "acme", *DAYS, *as_of, "--out", tmp_path, "--json")
    assert answer.code == 0, answer.err
    file, manifest = tmp_path / answer.json["file"], tmp_path / answer.json["manifest"]
    assert sorted(tmp_path.iterdir()) == [file, manifest]
    assert json.loads(manifest.read_bytes())["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    before = file.read_bytes(), manifest.read_bytes()
    run("export_events", "--tenant", "acme", *DAYS, *as_of, "--out", tmp_path)
    assert (file.read_bytes(), manifest.read_bytes()) == before


def test_wrong_days_are_refused_and_leave_no_file(run: Callable[..., Any], desk: Desk, tmp_path: Path) -> None:
    wrong = run("export_events", "--tenant", "acme", "--from", "2026-03-21", "--until", "2026-03-20", "--out", tmp_path)
    assert (wrong.code, list(tmp_path.iterdir())) == (1, [])
    assert run("export_events", "--tenant", "acme", *DAYS, "--out", tmp_path / "none").code == 2


def test_the_page_hands_out_both_of_the_same_bytes(desk: Desk, user_of: Callable[..., User]) -> None:
    client = signed_in(user_of("Anna Analyst", "analyst"))
    asked = {"from": "2026-03-20", "until": "2026-03-20", "as_of": client.get("/events/").context["export"]["as_of"]}
    found = {}
    for part in ("events", "manifest"):
        answer = client.post("/events/export/", asked | {"part": part})
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Cache-Control"] == "no-store"
        found[part] = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        answer.close()
    assert json.loads(found["manifest"])["sha256"] == hashlib.sha256(found["events"]).hexdigest()
    assert found["events"].count(b"\n") == 1
    with tenant(desk.tenant_id):
        assert AuditEntry.objects.filter(action="events.exported", actor="anna.analyst@example.test").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"from": ""}, {"until": "then"}, {"until": "2026-04-20"}, {"until": "2026-03-19"}, {"as_of": "2099-01-01T00:00Z"}],
)
def test_what_cannot_be_handed_out_is_said(desk: Desk, user_of: Callable[..., User], wrong: dict[str, str]) -> None:
    client = signed_in(user_of("Anna Analyst", "analyst"))
    asked = {"from": "2026-03-20", "until": "2026-03-20"}
    assert client.post("/events/export/", asked | wrong).status_code == 400
    assert signed_in(user_of("Support", "support")).post("/events/export/", asked).status_code == 403
