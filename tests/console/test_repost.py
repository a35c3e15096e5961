"""Posting anew through the pages: offered on the case, asked for, looked at with its reversal, approved by a second person."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from tests.console.test_approvals import clock  # noqa: F401
from tests.console.test_case import asked
from tests.console.test_home import words
from tests.console.working import signed_in
from tests.people import PASSWORD
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(user_of: Any) -> Client:
    return signed_in(user_of("Mara Maker", "analyst"))


def test_another_amount_is_put_right_from_its_case_by_two_people(acme: Tenant, client: Client, user_of: Any) -> None:
    books = Books(acme.id).play("T1 10 ewa 4500 @D1 p1\nL1 clr 10 -5400 @D1")
    books.check_day("clr", "10")
    page = f"/exceptions/{books.case('clr', '10').number}/"
    html = client.get(page).content.decode()
    said = words(html)
    assert "and post it anew at the amount of the bank's line, 54.00 ETB" in said
    for part in ("Re-post", "45.00", "54.00", "A correction needs 1 controller other than its maker."):
        assert part in said, part
    assert '<option value="WRONG_AMOUNT" selected>' in html
    assert "FAILED_HERE" not in html
    given = {**asked(html), "reason": "Digits transposed.", "reason_code": "WRONG_AMOUNT"}
    assert client.post("/corrections/", given).headers["Location"] == page
    checker = signed_in(user_of("Conrad Controller", "controller"))
    shown = checker.get("/approvals/1/").content.decode()
    told = words(shown)
    for part in ("Re-post LT-", "Digits transposed.", "linked to it", "not reversed and not posted anew"):
        assert part in told, part
    assert told.index("Reverse LT-") < told.rindex("Re-post LT-"), "the reversal stands before what is posted"
    with tenant(books.tenant_id):
        digest = bytes(ApprovalRequest.objects.get().payload_sha256).hex()
    yes = {"decision": "approve", "password": PASSWORD, "digest": digest, "reason": ""}
    checker.post("/approvals/1/decision/", yes)
    with tenant(books.tenant_id):
        assert LedgerTransaction.objects.filter(corrects__public_id=books.ids["T1"]).count() == 1
    assert books.check_day("clr", "10", NOW + timedelta(hours=1)).verdict == "CLEAN"
    ended = words(client.get(page).content.decode())
    assert "Re-post" in ended
