"""A case is found by its number, by a payment and by a partner's reference, each by an index."""

import pytest
from django.db import connection

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.named import AFTER_ALL, CARRYING, LONGEST, named, named_anywhere, plain
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

ROWS = """
T1 10 ewa 500 @DSH1 p17
T2 10 ewa 100 @DSH2 p23
T3 10 ewa 200 @DSH2 p24
L2 clr 10 -290 @DSH2
L4 clr 10 -70 @X9
"""


@pytest.fixture
def desk(books: Books) -> Books:
    books.play(ROWS).check_day("clr", "10")
    return books


def found(books: Books, text: str) -> set[str]:
    with tenant(books.tenant_id):
        cases = ExceptionCase.objects.filter(named(plain(text)))
        return {case.reference for case in cases}


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("p17", {"DSH1"}),
        ("p1", {"DSH1"}),
        ("p", {"DSH1", "DSH2"}),
        ("P17", set()),
        ("p23", {"DSH2"}),
        ("p24", {"DSH2"}),
        ("dsh-1", {"DSH1"}),
        ("DSH", {"DSH1", "DSH2"}),
        ("DSH-2", {"DSH2"}),
        (" X-9 ", {"X9"}),
        ("p99", set()),
        ("C-99", set()),
        ("-", set()),
        ("%", set()),
        ("'; --", set()),
    ],
)
def test_what_people_hold_in_hand_names_the_case(desk: Books, text: str, references: set[str]) -> None:
    assert found(desk, text) == references


def test_a_number_names_one_case_with_and_without_its_letter(desk: Books) -> None:
    with tenant(desk.tenant_id):
        first = ExceptionCase.objects.order_by("number")[0]
    for text in (f"C-{first.number}", f"c-{first.number}", str(first.number)):
        assert found(desk, text) == {first.reference}


def test_resolved_cases_are_found_too(desk: Books) -> None:
    desk.play("L1 clr 10 -500 @DSH1").check_day("clr", "10")
    with tenant(desk.tenant_id):
        assert [case.state for case in named_anywhere("p17")] == ["resolved"]


def test_another_tenants_payment_names_nothing(desk: Books, rival: Tenant) -> None:
    with tenant(rival.id):
        assert not ExceptionCase.objects.filter(named("p17")).exists()


def test_what_is_typed_is_kept_short() -> None:
    assert plain(" x\x00" + "y" * 200) == ("x" + "y" * 200)[:LONGEST]


def test_every_way_goes_by_its_index(desk: Books) -> None:
    given = ("p1", "p1" + AFTER_ALL, "DSH", "DSH", AFTER_ALL, "DSH", "p1", "p1")
    with tenant(desk.tenant_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {CARRYING}", given)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on")
    assert "Seq Scan" not in plan, plan
    for condition in ("(payment_id >= ", "(reference >= ", "(payment_id)::text = "):
        assert condition in plan, plan
