"""The table of how a case may end: as rules and as the database has it."""

import itertools

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.resolutions import AUTO_UNDERPAID, CODES, ENDS, GONE, OTHER, ends_by_hand, permitted
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.matching.planes.terms import PAIRS
from tests.reconciliation.books import NOW, Books


@pytest.mark.quick
def test_each_class_names_its_ends_and_each_code_is_of_some_class() -> None:
    assert set(ENDS) == set(CLASSES)
    assert set().union(*ENDS.values()) == set(CODES)
    for name, codes in ENDS.items():
        assert "difference_gone" in codes, name
        assert OTHER in codes, name
        meant = CLASSES[name]
        assert all((meant.failure, meant.evidence, meant.escalation, meant.sign_off, meant.auto)), name


@pytest.mark.quick
def test_people_end_nothing_that_a_run_or_a_rule_ends_and_no_security_hold() -> None:
    for name in ENDS:
        by_hand = ends_by_hand(name)
        assert by_hand
        assert not set(by_hand) & {*GONE, AUTO_UNDERPAID}
        assert ends_by_hand(name, held=True) == ()
        assert all(CODES[code].note for code in by_hand)


def test_the_database_permits_exactly_what_the_table_says(books: Books) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    case = books.case("clr", "10")
    wrong = []
    with tenant(books.tenant_id):
        found = ExceptionCase.objects.filter(id=case.id)
        for name, code, cause, pair in itertools.product(
            CLASSES, [*(set(CODES) - {OTHER}), "", "closed"], [None, 1, 4], ["ledger-bank", *PAIRS]
        ):
            says = code in CODES and permitted(code, name, pair) and (cause != 4 or code in GONE)
            try:
                with atomic():
                    # The pair of a case is written once, so each is tried with a case of that pair.
                    row = found if pair == "ledger-bank" else ExceptionCase.objects.filter(id=_of(pair, case))
                    row.update(exception_class=name, cause=cause, state="resolved", resolved_at=NOW, resolution=code)
                held = True
            except IntegrityError as error:
                walls = ("case_ends_as_its_class_permits", "security hold")
                assert any(wall in str(error) for wall in walls) or code == ""
                held = False
            if held != says:
                wrong.append((name, code, cause, pair, held))
    assert wrong == []


def _of(pair: str, like: ExceptionCase) -> int:
    """The one case of the pair, made when it is not there yet."""
    found = ExceptionCase.objects.filter(plane_pair=pair).first()
    if found is None:
        found = ExceptionCase.objects.create(
            number=1000 + PAIRS.index(pair), plane_pair=pair, bank_account=None, day=like.day, exception_class="amount_mismatch",
            title="x", contribution_minor=1, currency="BTC", severity=1, state="open", due_at=NOW, opened_at=NOW,
            opened_run_id=1, seen_run_id=1, evidence={}, decision_id=like.decision_id,
        )  # fmt: skip
    return found.id
