"""What a version says that cannot come true is said to whoever drafts it and to whoever approves it."""

from datetime import datetime
from typing import Any

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.policies.warnings import warnings_of
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import UserMaker

LARGE: Document = {
    "moves": ["correction.reverse"], "amounts": {"ETB": {"from": "5000000"}}, "outcome": "approval",
    "approval": {"roles": ["controller"], "quorum": 2}, "reason": "Two controllers look at a large reversal.",
}  # fmt: skip


def of(acme: Tenant, at: datetime, *clauses: Document, **more: Any) -> list[str]:
    with tenant(acme.id):
        return warnings_of(checkpoint(*clauses, **more), 1, at)


@pytest.fixture
def controllers(user_of: UserMaker) -> None:
    for name in ("A", "B", "C"):
        user_of(f"Controller {name}", "controller")


def test_what_can_come_true_warns_of_nothing(acme: Tenant, noon: datetime, controllers: None) -> None:
    assert of(acme, noon, LARGE) == []


def test_it_stands_behind_a_clause_that_always_fits(acme: Tenant, noon: datetime, controllers: None) -> None:
    (said,) = of(acme, noon, LARGE, precedence=5101)
    assert said == (
        "Clause 1 is never asked when a posting is reversed: Ledger corrections v1, clause 1, comes before and always fits."
    )


def test_within_one_document_too_and_where_it_could_be_lifted(
    acme: Tenant, noon: datetime, controllers: None, user_of: UserMaker
) -> None:
    whole = {name: value for name, value in LARGE.items() if name != "amounts"}
    (said,) = of(acme, noon, whole, LARGE)
    assert said.startswith("Clause 2 is never asked when a posting is reversed, unless that one is lifted:")
    first, second = two_admins(user_of, acme.id)
    put_in_force(acme.id, checkpoint(whole, key="all", precedence=50), maker=first, checker=second, at=noon)
    assert len(of(acme, noon, LARGE)) == 1
    assert of(acme, noon, LARGE, precedence=40) == []


@pytest.mark.parametrize(
    ("quorum", "words"),
    [(2, []), (3, ["none of them could ask"]), (4, ["is never approved"]), (9, ["is never approved"])],
)
def test_more_approvals_than_people(
    acme: Tenant, noon: datetime, controllers: None, quorum: int, words: list[str]
) -> None:
    in_a_band = LARGE | {
        "approval": {"roles": ["controller"], "quorum": 1, "bands": {"ETB": [{"from": "9000000", "quorum": quorum}]}}
    }
    for clause in (LARGE | {"approval": {"roles": ["controller"], "quorum": quorum}}, in_a_band):
        found = of(acme, noon, clause)
        assert [word in said for word, said in zip(words, found, strict=True)] == [True] * len(words)
        assert all(f"{quorum} approvals, and 3 people hold the role controller" in said for said in found)


def test_what_lets_people_book_says_that_it_starts_no_rule(acme: Tenant, noon: datetime) -> None:
    people: Document = {
        "moves": ["correction.book"], "amounts": {"ETB": {"from": "0", "below": "5000"}}, "outcome": "automatic",
        "reason": "A small fee is booked at once.",
    }  # fmt: skip
    (said,) = of(acme, noon, people)
    assert said == (
        "Clause 1 lets people through when what the bank alone shows is booked, and no rule: one acts by itself only where "
        "the clause names the door rule."
    )
    (said,) = of(acme, noon, people | {"when": {"door": ["rule"]}})
    assert said == "Clause 1 lets a rule act when what the bank alone shows is booked, whatever the bank's code is."
    assert of(acme, noon, people | {"when": {"door": ["rule"], "bank_code": ["NCHG"]}}) == []
    assert of(acme, noon, people | {"when": {"door": ["screen", "api"]}}) == []
