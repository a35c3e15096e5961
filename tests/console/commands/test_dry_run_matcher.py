from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.backtest.models import DryRun
from reconciliation.outbox_models import OutboxItem
from tests.reconciliation.backtest.bench import Bench
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = ("dry_run_matcher", "--tenant", "acme", "--draft", 1, "--from", "2026-03-09", "--until", "2026-03-13")


@pytest.fixture
def bench(acme: Tenant) -> Bench:
    Books(acme.id).play("T1 10 ewa 5000 @AB_1 p1\nL1 clr 10 -5000 @AB1").check_day("clr", "10")
    return Bench(acme.id)


def test_it_tries_the_draft_here_and_now_and_prints_what_is_stored(
    run: Callable[..., Any], bench: Bench, admin: Actor
) -> None:
    bench.draft(admin, reference_form="exact")
    there = bench.state()
    with time_machine.travel(NOW):
        answer = run(*WORDS, "--json")
    assert answer.code == 0, answer.err
    assert bench.state() == there
    result = answer.json["result"]
    assert (result["cases"]["opens"], result["matches"]["before"], result["matches"]["after"]) == (2, 1, 0)
    with tenant(bench.tenant_id):
        stored = DryRun.objects.get()
        assert stored.result == result
        assert bytes(stored.result_sha256 or b"").hex() == answer.json["result_sha256"]
        assert not OutboxItem.objects.filter(kind="dry_run").exists()


def test_it_says_it_in_words_too(run: Callable[..., Any], bench: Bench, admin: Actor) -> None:
    bench.draft(admin, reference_form="exact")
    with time_machine.travel(NOW):
        said = run(*WORDS).out
    assert "matches 1 in force, 0 drafted" in said
    assert "clr 2026-03-10 CLEAN to DRIFTED, drift 0 to 0" in said


def test_what_is_no_draft_or_no_past_day_is_refused(run: Callable[..., Any], bench: Bench, admin: Actor) -> None:
    with time_machine.travel(NOW):
        assert run(*WORDS, "--json").json["error"]["code"] == "not_found"
        bench.draft(admin)
        late = run(*WORDS[:-3], "2026-03-09", "--until", "2027-01-01", "--json")
    assert (late.code, late.json["error"]["where"]) == (1, "from_on")
