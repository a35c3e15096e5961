from datetime import timedelta

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.keep_sample import find_sample, keep_sample
from reconciliation.bank.models import BankSample
from reconciliation.errors import BadInput, NotFound, NotPermitted
from tests.people import SET_UP
from tests.reconciliation.bank.desk import ANALYST, NOW


def test_it_keeps_the_sample_once(acme: Tenant) -> None:
    with tenant(acme.id):
        made = keep_sample(file_name="../../x.csv", content=b"a;b", actor=SET_UP, at=NOW)
        again = keep_sample(file_name="y.csv", content=b"a;b", actor=SET_UP, at=NOW + timedelta(hours=1))
        assert (made.file_name, again.id, BankSample.objects.count()) == ("x.csv", made.id, 1)
        assert bytes(find_sample(made.public_id).content) == b"a;b"
        assert AuditEntry.objects.filter(action="sample.kept").count() == 1


def test_it_refuses_who_may_not_set_up(acme: Tenant) -> None:
    with tenant(acme.id), pytest.raises(NotPermitted):
        keep_sample(file_name="x.csv", content=b"a;b", actor=ANALYST, at=NOW)


@pytest.mark.parametrize("content", [b"", b"x" * 262_145])
def test_it_refuses_what_is_no_sample(acme: Tenant, content: bytes) -> None:
    with tenant(acme.id), pytest.raises(BadInput):
        keep_sample(file_name="x.csv", content=content, actor=SET_UP, at=NOW)


def test_another_tenants_sample_is_not_found(acme: Tenant, rival: Tenant) -> None:
    with tenant(acme.id):
        made = keep_sample(file_name="x.csv", content=b"a;b", actor=SET_UP, at=NOW)
    with tenant(rival.id), pytest.raises(NotFound):
        find_sample(made.public_id)
    with tenant(rival.id), pytest.raises(NotFound):
        find_sample("x")
