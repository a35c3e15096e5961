"""Notes and macros that lean on a block explorer where a payment_id belongs."""

from uuid import uuid4

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.add_note import add_note
from reconciliation.lookup.models import Macro
from reconciliation.lookup.save_macro import save_macro
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.oversight.signals.counting import MIDNIGHT, read, told

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
LINK = f"https://mempool.space/tx/{TXID}"


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id).play("T1 10 ewa 900 @D1 p1")


def note(books: Books, by: Actor, *texts: str) -> None:
    books.check_day("clr", "10")
    number = books.case("clr", "10").number
    with tenant(books.tenant_id):
        for text in texts:
            add_note(number=number, text=text, key=uuid4().hex, actor=by, at=NOW)


def test_a_note_that_cites_a_link_and_no_payment_is_counted_of_all_notes(books: Books, maker: Actor) -> None:
    note(books, maker, f"paid, see {LINK}", "asked the desk", "the bank answers on Monday")
    state, found = read(books.tenant_id, "explorer-notes")
    assert (state, found.value, found.of) == ("out", 1, 3)
    (row,) = found.rows
    assert (row.what, row.name[:2]) == ("case", "C-")
    assert row.words == f"maker@example.test: {LINK}" or row.words.endswith(LINK)


@pytest.mark.parametrize("text", [
    f"p1 is confirmed, see {LINK}", f"{TXID} belongs to p1.", "https://plumbline.example.org/payments/p1/",
    "https://portal.bank.example/transactions/88123", f"sha256 {TXID} of the file", 
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
])  # fmt: skip
def test_a_note_that_names_the_payment_or_links_elsewhere_is_quiet(books: Books, maker: Actor, text: str) -> None:
    note(books, maker, text)
    assert told(books.tenant_id, "explorer-notes") == ("in", 0, [])


def test_a_word_that_is_no_payment_of_ours_saves_no_note(books: Books, maker: Actor) -> None:
    note(books, maker, f"p9 see {LINK}")
    assert told(books.tenant_id, "explorer-notes")[:2] == ("out", 1)


def test_below_three_in_a_hundred_it_is_in_range(books: Books, maker: Actor) -> None:
    note(books, maker, f"see {LINK}", *(f"asked {n}" for n in range(33)))
    assert told(books.tenant_id, "explorer-notes")[:2] == ("in", 1), "1 of 34"
    note(books, maker, f"and {LINK}")
    assert told(books.tenant_id, "explorer-notes")[:2] == ("out", 2), "2 of 35"


def test_macros_are_refused_when_they_are_saved_and_counted_where_one_came_in_otherwise(books: Books) -> None:
    with tenant(books.tenant_id):
        save_macro(name="Where is it", language="en", text="{sentence}", actor=SET_UP, at=NOW)
        assert read(books.tenant_id, "explorer-notes")[1].of == 1
        Macro.objects.create(name="Old", language="en", version=1, text=f"See {LINK}", saved_by="import", saved_at=NOW)
    assert told(books.tenant_id, "explorer-notes") == ("out", 1, ["Old en v1"])


def test_a_day_without_a_note_says_nothing(books: Books) -> None:
    assert told(books.tenant_id, "explorer-notes", at=MIDNIGHT) == ("unknown", None, [])
