"""The page of a case whose correction policy lets run at once: no key carries it out, and until a check has looked the page
says what was done instead of proposing more."""

from datetime import timedelta

import pytest
from django.test import Client

from ledger.models import TransactionMove
from ledger.tenancy import tenant
from reconciliation.people.models import User
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.console.test_case import asked
from tests.console.test_home import words
from tests.console.working import DAY, TODAY, analyst, books, page, signed_in, today  # noqa: F401
from tests.people import UserMaker
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE: Document = {
    "moves": ["correction.confirm"], "outcome": "automatic", "reason": "What its bank line settles is confirmed at once.",
}  # fmt: skip
PAGE = "/exceptions/1/"


@pytest.fixture
def policy(books: World, user_of: UserMaker) -> None:
    first, second = two_admins(user_of, books.tenant_id)
    put_in_force(books.tenant_id, checkpoint(AT_ONCE), maker=first, checker=second, at=TODAY)


def confirmed(client: Client, html: str) -> str:
    given = {**asked(html), "reason": "Line L1 carries it.", "reason_code": "CONFIRMATION_FAILED"}
    assert client.post("/corrections/", given).headers["Location"] == PAGE
    return client.get(PAGE).content.decode()


def test_no_key_carries_out_what_asks_nobody(policy: None, analyst: User) -> None:
    html = page(analyst, PAGE)
    assert "Confirm now" in html
    assert 'data-key="e"' not in html
    assert "<kbd>e</kbd>" not in html
    assert "Confirm now has no key on purpose" in html


def test_what_asks_a_checker_keeps_its_key(books: World, analyst: User) -> None:
    html = page(analyst, PAGE)
    assert 'data-key="e"' in html
    assert "no key on purpose" not in html


def test_until_its_check_ran_the_case_says_what_was_done(policy: None, books: World, analyst: User) -> None:
    client = signed_in(analyst)
    html = confirmed(client, client.get(PAGE).content.decode())
    said = words(html)
    assert "CR-2 is carried out: Confirm LT-" in said
    assert "Where it stands Corrected, not yet checked" in said
    for misleading in ("Another correction", "never initiated", "Diagnosis", 'action="/corrections/"'):
        assert misleading not in html, misleading
    with tenant(books.tenant_id):
        (move,) = TransactionMove.objects.select_related("transaction")
    book = client.get(f"/ledger/transactions/{move.transaction.public_id}/").content.decode()
    assert ">CR-2</a> by Anna Analyst; nobody was asked: policy let it run</dd>" in book


def test_a_corrected_case_that_ended_tells_no_causes_of_moved_rows(policy: None, books: World, analyst: User) -> None:
    client = signed_in(analyst)
    confirmed(client, client.get(PAGE).content.decode())
    books.reconcile("clr", DAY, TODAY + timedelta(minutes=1))
    html = client.get(PAGE).content.decode()
    assert "How it ended" in html
    assert "never initiated" not in html
    assert "Diagnosis" not in html
