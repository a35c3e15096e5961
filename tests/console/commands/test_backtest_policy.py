from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.backtest.models import Backtest
from reconciliation.checkpoints.documents import digest_of
from reconciliation.people.models import User
from reconciliation.policies.save_draft import save_draft
from tests.checkpoints import shipped, two_admins
from tests.reconciliation.backtest.past import EARLY, Past, forbids

pytestmark = pytest.mark.django_db(transaction=True)
WINDOW = ("--since", "2026-03-01", "--until", "2026-03-21")


@pytest.fixture
def past(acme: Tenant) -> Past:
    made = Past(acme.id)
    made.post("p1", "p2", minute=1)
    return made


def test_a_file_is_held_against_the_past(run: Callable[..., Any], past: Past, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(forbids("deposit")))
    answer = run("backtest_policy", "--tenant", "acme", "--file", file, *WINDOW, "--json")
    assert answer.code == 0, answer.err
    found = answer.json
    assert (found["schema"], found["replayed"], found["flips"], found["number"]) == ("plumbline/backtest/1", 2, 2, None)
    assert found["hindered"]["stopped"]["money"] == [{"asset": "BTC", "minor": "100000"}]
    assert (found["since"], found["until"]) == ("2026-03-01T00:00:00+00:00", "2026-03-21T00:00:00+00:00")
    with tenant(past.tenant_id):
        assert str(Backtest.objects.get().public_id) == found["backtest"]
    said = run("backtest_policy", "--tenant", "acme", "--file", file, *WINDOW)
    assert "2 of 2 moves flip" in said.out
    assert "stopped though right: 2 moves, 2 payments, 0.00100000 BTC" in said.out


def test_a_checkpoint_is_its_draft_else_what_is_in_force(
    run: Callable[..., Any], past: Past, user_of: Callable[..., User]
) -> None:
    still = run("backtest_policy", "--tenant", "acme", "--policy", "postings", *WINDOW, "--json").json
    assert (still["number"], still["replayed"], still["flips"], still["looser"]) == (1, 2, 0, False)
    maker, _ = two_admins(user_of, past.tenant_id)

    def two_people(document: dict[str, Any]) -> None:
        document["clauses"][0] |= {"outcome": "approval", "approval": {"roles": ["controller"], "quorum": 2}}

    draft = shipped("postings", two_people)
    with tenant(past.tenant_id):
        save_draft(document=draft, seen_edits=None, actor=maker, at=datetime(2026, 3, 20, tzinfo=UTC))
    found = run("backtest_policy", "--tenant", "acme", "--policy", "postings", *WINDOW, "--json").json
    assert (found["number"], found["against"], found["document_sha256"]) == (2, 1, digest_of(draft).hex())
    assert [(e["approvals"], e["moves"]) for e in found["hindered"]["extra"]] == [(4, 2)]
    old = run("backtest_policy", "--tenant", "acme", "--policy", "postings", "--number", 1, *WINDOW, "--json").json
    assert (old["number"], old["flips"]) == (1, 0)


def test_without_days_it_looks_ninety_back_from_now(run: Callable[..., Any], past: Past) -> None:
    found = run("backtest_policy", "--tenant", "acme", "--policy", "postings", "--json").json
    since, until = (datetime.fromisoformat(found[end]) for end in ("since", "until"))
    assert until - since == timedelta(days=90)


@pytest.mark.parametrize(
    ("content", "code"),
    [("[1, 2]", "bad_input"), ("a: [", "bad_input"), (yaml.safe_dump(EARLY | {"clauses": []}), "bad_input")],
)
def test_what_is_no_document_is_refused(
    run: Callable[..., Any], past: Past, tmp_path: Path, content: str, code: str
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(content)
    answer = run("backtest_policy", "--tenant", "acme", "--file", file, "--json")
    assert (answer.code, answer.json["error"]["code"]) == (1, code)


def test_it_leaves_with_2_when_used_wrongly_and_with_1_for_what_is_not_there(
    run: Callable[..., Any], past: Past, tmp_path: Path
) -> None:
    assert run("backtest_policy", "--tenant", "acme", "--file", tmp_path / "none.yaml").code == 2
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(EARLY))
    assert run("backtest_policy", "--tenant", "acme", "--file", file, "--number", 1).code == 2
    for words in (("--policy", "no-such"), ("--policy", "postings", "--number", 9)):
        answer = run("backtest_policy", "--tenant", "acme", *words, "--json")
        assert (answer.code, answer.json["error"]["code"]) == (1, "not_found")
