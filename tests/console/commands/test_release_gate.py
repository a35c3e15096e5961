"""`release_gate`: one JSON object, and an exit code that a pipeline can stand on."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from ledger.models import Tenant
from tests.proven import proven
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., Any]


def test_the_command_exits_by_it(acme: Tenant, run: Run) -> None:
    books = Books(acme.id)
    for account in books.banks:
        for day in range(10, 20):
            books.check_day(account, str(day))
    proven(acme.id, NOW)
    with time_machine.travel(NOW, tick=True):
        answer = run("release_gate", "--tenant", "acme", "--json")
        assert (answer.code, answer.json["open"], answer.json["clean_days"], answer.json["needed"]) == (0, True, 9, 7)
        books.play("T2 16 ewa 70 @D2").check_day("clr", "16")
        answer = run("release_gate", "--tenant", "acme", "--json")
        assert (answer.code, answer.json["open"], answer.json["clean_days"]) == (1, False, 2)
        assert answer.json["resets"][0]["period"] == "2026-03-16"
        told = run("release_gate", "--tenant", "acme")
        assert told.code == 1
        assert "shut: 2 of 7 clean days in a row" in told.out
