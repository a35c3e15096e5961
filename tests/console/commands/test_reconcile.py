from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.models import BankLine
from tests.reconciliation.bank.desk import Desk, desk, mt940


@pytest.fixture
def books(acme: Tenant) -> Desk:
    made = desk(acme.id)
    made.post(500, "A1")
    made.post(70, "LONE")
    made.take_in(mt940(0, [(500, "A1"), (-200, "B2")]))
    return made


def test_it_checks_the_day_and_states_its_differences(run: Callable[..., Any], books: Desk) -> None:
    answer = run("reconcile", "--tenant", "acme", "--account", "cash", "--period", "2026-03-10", "--json")
    assert answer.code == 0, answer.err
    (check,) = answer.json["checks"]
    names = ("account", "period", "verdict", "timing_only", "ledger_total", "statement_total")
    assert [check[name] for name in names] == ["cash", "2026-03-10", "DRIFTED", False, "570", "300"]
    assert (check["drift"], check["unexplained"]) == ("270", "0")
    assert sum(int(c["contribution"]) for c in check["contributions"]) == 270
    with tenant(books.tenant_id):
        lone = LedgerTransaction.objects.get(partner_reference="LONE").public_id
        assert BankLine.objects.count() == 2
    by_amount = {c["contribution"]: c for c in check["contributions"]}
    assert by_amount["70"]["entries"] == [f"{lone}.1"]
    assert len(by_amount["200"]["lines"]) == 1
    assert (by_amount["200"]["class"], by_amount["200"]["cause"]) == ("missing_counterpart", 4)


def test_without_a_period_it_checks_every_day_up_to_today(run: Callable[..., Any], books: Desk) -> None:
    checks = run("reconcile", "--tenant", "acme", "--json").json["checks"]
    assert [c["period"] for c in checks][:2] == ["2026-03-02", "2026-03-03"]
    assert {c["verdict"] for c in checks if c["period"] != "2026-03-10"} == {"UNKNOWN"}
    unknown = checks[0]
    assert (unknown["drift"], unknown["statement_total"], unknown["unexplained"]) == (None, None, None)


def test_drift_prints_the_latest_check_and_makes_none(run: Callable[..., Any], books: Desk) -> None:
    words = ["drift", "--tenant", "acme", "--account", "cash", "--period", "2026-03-10", "--json"]
    never = run(*words)
    assert (never.code, never.json["error"]["code"]) == (1, "not_found")
    stated = run("reconcile", *words[1:]).json
    assert run(*words).json == stated
    assert "DRIFTED" in run(*words[:-1]).out


@pytest.mark.parametrize("name", ["reconcile", "drift"])
def test_a_day_that_is_no_settlement_day_is_refused(run: Callable[..., Any], books: Desk, name: str) -> None:
    answer = run(name, "--tenant", "acme", "--account", "cash", "--period", "2020-01-01", "--json")
    assert answer.code == 1
    assert answer.json["error"]["message"]


def test_what_is_no_date_is_said_in_words(run: Callable[..., Any]) -> None:
    with pytest.raises(CommandError, match="'yesterday' is not a date, YYYY-MM-DD"):
        run("reconcile", "--tenant", "acme", "--period", "yesterday")
