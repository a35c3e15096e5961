"""The lifecycle's pages and documents follow what is in force and what the code says."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from console.reference import documents
from ledger.models import Tenant
from reconciliation.oversight.signals.catalogue import SIGNALS
from tests.architecture.sources import ROOT
from tests.checkpoints import checkpoint, put_in_force
from tests.console.test_home import words
from tests.console.working import page, signed_in  # noqa: F401
from tests.people import UserMaker, acting

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.mark.quick
@pytest.mark.parametrize("name", documents())
def test_the_documents_are_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs/reference" / name).read_text() == documents()[name], "run manage.py write_reference"


@pytest.mark.quick
def test_the_command_says_which_document_is_out_of_date(tmp_path: Any, settings: Any, capsys: Any) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match=r"out of date: decision-tree\.md, signals\.md, state-tables\.md"):
        call_command("write_reference", check=True)
    call_command("write_reference")
    assert "wrote docs/reference/decision-tree.md" in capsys.readouterr().out
    call_command("write_reference", check=True)


@pytest.mark.django_db(transaction=True)
def test_the_tree_follows_the_checkpoint_that_came_into_force(
    acme: Tenant, user_of: UserMaker, django_assert_max_num_queries: Any
) -> None:
    reader = user_of("Anna Analyst", "analyst")
    before = words(page(reader, "/lifecycle/"))
    assert "a posting is made" in before
    assert "200.00" not in before
    amounts = {"moves": ["posting.post"], "outcome": "approval", "approval": {"roles": ["controller"], "quorum": 2},
               "amounts": {"ETB": {"from": "20000"}}, "reason": "Large ones need two."}  # fmt: skip
    maker, checker = (acting(user_of(name, "policy_admin"), acme.id) for name in ("Ada Admin", "Abel Admin"))
    put_in_force(acme.id, checkpoint(amounts), maker=maker, checker=checker, at=NOW)
    with django_assert_max_num_queries(30):
        html = page(reader, "/lifecycle/")
    assert "approval where at least 200.00 ETB 2 approvals by controllers who did not ask for it" in words(html)
    assert 'href="/checkpoints/trial-checkpoint/1/"' in html


@pytest.mark.django_db(transaction=True)
def test_the_states_name_what_moves_them(acme: Tenant, user_of: UserMaker) -> None:
    text = words(page(user_of("Anna Analyst", "analyst"), "/lifecycle/states/"))
    assert "pending paid money was seen" in text
    assert "POSTED stays reversed by a new transaction; the original stays" in text
    assert "Nothing leaves executed, rejected, withdrawn, expired, stale." in text


@pytest.mark.django_db(transaction=True)
def test_the_catalogue_leads_every_signal_to_its_playbook(acme: Tenant, user_of: UserMaker) -> None:
    html = page(user_of("Anna Analyst", "analyst"), "/lifecycle/signals/")
    text = words(html)
    for signal in SIGNALS.values():
        assert f"{signal.name} {signal.goal} " in text
    assert "missing counterpart 24 h, finance" in text
    assert html.count('href="/playbooks/settlement-drift/"') >= 5
