import pytest

from benchmarks.statement_files import CSV_PROFILE
from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.models import BankImport, CsvProfile
from reconciliation.bank.save_profile import find_profile, read_profile, save_profile
from reconciliation.errors import BadInput, NotFound, NotPermitted
from tests.people import SET_UP
from tests.reconciliation.bank.desk import ANALYST, NOW, NUMBER, Desk, desk

MAPPING = {k: v for k, v in CSV_PROFILE.items() if k != "name"} | {"account": NUMBER}
CONTENT = (
    b"Booked,Value,Amount,Reference,Bank id,Code,Text\n2026-03-10,2026-03-10,5.00,A1,B1,TRF,Rent\n"
    b"2026-03-10,2026-03-10,-2.00,B2,B2,TRF,Fee\n"
)


@pytest.fixture
def books(acme: Tenant) -> Desk:
    return desk(acme.id)


def save(books: Desk, mapping: dict[str, object] = MAPPING, name: str = "Example", actor: Actor = SET_UP) -> CsvProfile:
    with tenant(books.tenant_id):
        return save_profile(name=name, mapping=mapping, actor=actor, at=NOW)


def test_it_saves_versions_and_the_newest_is_found(books: Desk) -> None:
    first = save(books)
    second = save(books, MAPPING | {"delimiter": ";"})
    assert [first.version, second.version] == [1, 2]
    with tenant(books.tenant_id):
        assert find_profile("Example").id == second.id
        assert AuditEntry.objects.filter(action="profile.saved").count() == 2
        assert read_profile(second) == profile_from(MAPPING | {"delimiter": ";", "name": "Example"})


def test_the_same_mapping_again_is_the_version_that_stands(books: Desk) -> None:
    assert save(books).id == save(books).id


def test_a_mapping_that_cannot_work_names_the_setting(books: Desk) -> None:
    with pytest.raises(BadInput) as refused:
        save(books, MAPPING | {"encoding": "ebcdic"})
    assert refused.value.where == "profile encoding"
    with pytest.raises(BadInput):
        save(books, name=" ")


def test_whom_it_refuses(books: Desk) -> None:
    with pytest.raises(NotPermitted):
        save(books, actor=ANALYST)


def test_another_tenants_profile_is_not_there(books: Desk, rival: Tenant) -> None:
    save(books)
    with tenant(rival.id), pytest.raises(NotFound):
        find_profile("Example")


def test_a_file_is_read_with_it_and_keeps_the_version(books: Desk) -> None:
    profile = save(books)
    done = books.take_in(CONTENT, profile_name="Example")
    save(books, MAPPING | {"delimiter": ";"})
    with tenant(books.tenant_id):
        assert BankImport.objects.get().profile_id == profile.id
    assert [o.state for o in done.outcomes] == ["not_in_force"], "without balances nothing proves it whole"
    assert books.lines(counting=False) == [(500, "A1"), (-200, "B2")]


def test_with_a_balance_column_its_lines_count(books: Desk) -> None:
    columns = {**MAPPING["columns"], "balance": "Text"}  # type: ignore[dict-item]
    columns.pop("narrative")
    save(books, MAPPING | {"columns": columns})
    content = CONTENT.replace(b"Rent", b"15.00").replace(b"Fee", b"13.00")
    done = books.take_in(content, profile_name="Example")
    assert [o.state for o in done.outcomes] == ["in_force"]
    assert books.lines() == [(500, "A1"), (-200, "B2")]
