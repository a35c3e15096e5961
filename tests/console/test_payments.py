"""Payment lookup: any key finds the payment, its page says where it stands on every plane, and strangers learn nothing."""

import hashlib
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.lookup.save_macro import save_macro
from reconciliation.people.models import User
from tests.console.working import DAY, FRAME, TODAY, analyst, books, out, outsider, page, signed_in, supporter, today  # noqa: F401
from tests.people import SET_UP, UserMaker
from tests.reconciliation.planes.shop import NOON, Shop
from tests.reconciliation.recovery.proof.bundles import rows_in, said_of, unpacked
from tests.sealing import seal_all
from tests.stories.notation import Line
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
LATER = NOON + timedelta(minutes=30)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    """Order o1 paid, confirmed, posted; order o2 detected; order o3 waits."""
    shop = Shop(acme.id)
    for ref in ("o1", "o2", "o3"):
        shop.order(ref, merchant_reference=f"INV-{ref}")
    shop.receipt("0.0005", TXID, invoice="inv_1", ref="o1")
    shop.event("InvoiceSettled", "inv_1", "o1", minute=9)
    shop.receipt("0.0005", "tx-2", invoice="inv_2", ref="o2", minute=2)
    shop.event("InvoiceProcessing", "inv_2", "o2", minute=3)
    shop.match(minute=10)
    shop.match(minute=11)
    return shop


def find(user: User, q: str) -> Any:
    with time_machine.travel(LATER, tick=True):
        return signed_in(user).get("/payments/", {"q": q})


@pytest.mark.parametrize("key", ["p-o1", "o1", "INV-o1", "inv_1", TXID, f"https://explorer.test/tx/{TXID}?a=b#c"])
def test_every_key_opens_the_payment(shop: Shop, supporter: User, key: str) -> None:
    reply = find(supporter, key)
    assert reply.status_code == 302, words(reply.content.decode())[:300]
    assert reply.headers["Location"].startswith("/payments/p-o1/?q=")


def test_a_transaction_opens_it_by_its_short_name(shop: Shop, supporter: User) -> None:
    with tenant(shop.tenant_id):
        named = str(LedgerTransaction.objects.filter(use_case="deposit").get())
    assert find(supporter, named).headers["Location"].startswith("/payments/p-o1/")


def test_an_explorers_link_is_said_to_be_no_reference(shop: Shop, supporter: User) -> None:
    address = find(supporter, f"https://explorer.test/tx/{TXID}").headers["Location"]
    with time_machine.travel(LATER, tick=True):
        html = page(supporter, address)
    assert "A block explorer's link is not a reference." in words(html)
    assert "explorer.test" not in html.split('id="say"')[1]


def test_the_page_says_where_it_stands_on_every_plane(shop: Shop, supporter: User) -> None:
    with time_machine.travel(LATER, tick=True):
        said = words(page(supporter, "/payments/p-o1/"))
    assert "Final at the provider, posted in the ledger" in said
    assert "Provider: what was observed Confirmed Final since 20 Mar 12:09 UTC" in said
    assert "We have received your payment of 0.00050000 BTC for order o1 and it is final." in said
    assert "Reference: p-o1." in said
    assert "InvoiceSettled: confirmed, final" in said
    assert "deposit, 0.00050000 BTC" in said
    assert "Order placed expects 0.00050000 BTC, by api" in said


def test_detected_is_never_called_final(shop: Shop, supporter: User) -> None:
    with time_machine.travel(LATER, tick=True):
        said = words(page(supporter, "/payments/o2/"))
    assert "Detected, not final" in said
    assert "It is not final yet" in said
    assert "and it is final" not in said


def test_an_order_that_nobody_paid_is_expected_and_then_missing(shop: Shop, supporter: User) -> None:
    with time_machine.travel(LATER, tick=True):
        assert "No payment yet" in words(page(supporter, "/payments/o3/"))
    with time_machine.travel(NOON + timedelta(hours=2), tick=True):
        said = words(page(supporter, "/payments/o3/"))
    assert "Payment missing" in said
    assert "Open Payment overdue" in said


@pytest.mark.parametrize("matched", [True, False])
def test_one_payment_for_several_orders_is_on_each_of_their_pages(acme: Tenant, supporter: User, matched: bool) -> None:
    shop = Shop(acme.id)
    for ref in ("b1", "b2"):
        shop.order(ref, merchant_reference="BATCH-1")
    shop.order("b3", merchant_reference="BATCH-2")
    shop.receipt("0.001", TXID, invoice="inv_b", ref="BATCH-1")
    shop.event("InvoiceSettled", "inv_b", "BATCH-1", minute=9)
    if matched:
        shop.match(minute=10)
    with time_machine.travel(LATER, tick=True):
        for key, name in (("b1", "b1"), ("p-b1", "b1"), ("b2", "b2"), ("p-b2", "b2"), ("inv_b", "b1, b2")):
            said = words(page(supporter, f"/payments/{key}/"))
            assert f"We have received your payment of 0.00100000 BTC for order {name} and it is final." in said, key
            assert re.search(r"orders (b1, b2|b2, b1)", said), key
            assert "InvoiceSettled: confirmed, final" in said
        assert "We have not received" in words(page(supporter, "/payments/b3/"))


def test_amount_and_day_list_what_fits(shop: Shop, supporter: User) -> None:
    said = words(find(supporter, "0.0005 BTC 2026-03-20").content.decode())
    assert "3 payments with 0.0005 BTC 2026-03-20" in said
    assert "p-o1 amount and date o1 Open" in said
    assert "p-o3" in said
    shop.order("o4", 70_000)
    assert find(supporter, "20.03.2026 0,0007 BTC").headers["Location"].startswith("/payments/p-o4/")


@pytest.mark.parametrize("typed", ["BTC 0,0007 21 Mar 2026", "0.0007 BTC 2026-03-18", "0.0007 BTC"])
def test_a_day_off_or_missing_lists_what_is_near(shop: Shop, supporter: User, typed: str) -> None:
    shop.order("o4", 70_000)
    said = words(find(supporter, typed).content.decode())
    assert f"1 payment near {typed}" in said
    assert "p-o4 amount, near" in said


def test_an_amount_alone_says_what_to_add(shop: Shop, supporter: User) -> None:
    assert "If it is an amount, add its asset and its day: 12480 ETB 2026-11-20." in words(
        find(supporter, "12480").content.decode()
    )
    said = words(find(supporter, "9.5 BTC").content.decode())
    assert "If it is an amount, add its day: 9.5 BTC 2026-11-20." in said
    assert "It stands in no order" not in said


@pytest.mark.parametrize("typed", ["#o1", "Order o1", "O1", "order: O1", "P-O1"])
def test_other_forms_of_an_id_open_it(shop: Shop, supporter: User, typed: str) -> None:
    assert find(supporter, typed).headers["Location"].startswith("/payments/p-o1/")


def test_the_id_as_typed_comes_before_its_other_letter_case(shop: Shop, supporter: User) -> None:
    shop.order("O1")
    assert find(supporter, "O1").headers["Location"].startswith("/payments/p-O1/")
    assert find(supporter, "o1").headers["Location"].startswith("/payments/p-o1/")


def test_hits_of_one_order_are_one_payment(shop: Shop, supporter: User) -> None:
    shop.order("o5", payment_id="", merchant_reference="inv_5")
    shop.receipt("0.0005", "tx-5", invoice="inv_5", ref="o5")
    assert find(supporter, "inv_5").headers["Location"].split("?")[0] in ("/payments/inv_5/", "/payments/o5/")


def test_a_cases_number_opens_the_case(books: World, analyst: User) -> None:
    with tenant(books.tenant_id):
        number = ExceptionCase.objects.values_list("number", flat=True)[0]
    assert find(analyst, f"c-{number}").headers["Location"] == f"/exceptions/{number}/"
    assert "No payment under C-99999" in words(find(analyst, "C-99999").content.decode())


def test_what_is_not_there_says_what_was_looked_for(shop: Shop, supporter: User) -> None:
    said = words(find(supporter, "nothing-like-it").content.decode())
    assert "No payment under nothing-like-it" in said
    assert "What may be typed" in words(find(supporter, "").content.decode())


@pytest.mark.parametrize(
    "hostile", ["'; DROP TABLE x; --", "\x00", "%", "💥" * 300, "../../etc/passwd", "https://[bad", "<script>"]
)
def test_anything_may_be_typed(shop: Shop, supporter: User, hostile: str) -> None:
    assert find(supporter, hostile).status_code == 200


def test_another_tenants_payment_answers_like_a_random_one(shop: Shop, outsider: User) -> None:
    for key in ("p-o1", "o1", TXID, "inv_1"):
        real, random = find(outsider, key), find(outsider, "zz" + key)
        assert (real.status_code, random.status_code) == (200, 200)
        assert signed_in(outsider).get(f"/payments/{key}/").status_code == 404
    assert signed_in(outsider).get("/payments/zzz/").status_code == 404


def test_support_reaches_no_control_of_corrections(shop: Shop, supporter: User) -> None:
    with time_machine.travel(LATER, tick=True):
        html = page(supporter, "/payments/p-o1/")
    main = html.split("<main", 1)[1].split("</main>")[0]
    assert re.findall(r'<form[^>]* action="([^"]*)"', main) == ["/sentence-language/"]
    assert "/ledger/" not in html
    assert "/bank/" not in html


def test_a_payment_of_the_bank_plane_alone_has_its_page(books: World, analyst: User) -> None:
    said = words(page(analyst, "/payments/pay_1/"))
    assert "Posted in the ledger, settled at the bank" in said
    assert "Line on the statement" in said
    found = signed_in(analyst).get("/payments/", {"q": "D2"})
    assert found.headers["Location"].startswith("/payments/pay_2/")
    assert "Pending Settled, not confirmed" in words(page(analyst, "/payments/pay_3/"))
    said = words(page(analyst, "/payments/pay_2/"))
    assert "Posted in the ledger, overdue at the bank; a case is open" in said
    assert "We have booked our payment to you" in said


def test_a_payout_that_came_back_is_returned_and_not_settled(acme: Tenant, today: Any, analyst: User) -> None:
    world = World(acme.id)
    world.post(out("T1", 50000, "D1", payment="pay_1"))
    for name, amount in (("L1", -50000), ("L2", 50000)):
        world.line(Line(name, "clr", "2026-03-10", amount, "D1"))
    world.cover("clr", DAY)
    world.reconcile("clr", DAY, TODAY)
    html = page(analyst, "/payments/pay_1/")
    said = words(html)
    assert "Posted in the ledger, returned by the bank" in said
    assert "Bank: what the money did Returned Came back" in said
    assert "Your bank has returned our payment to you" in said
    assert "settled" not in said.split("Timeline")[0].lower().split("sentence to send")[0]


def test_it_asks_the_database_a_fixed_number_of_times(
    shop: Shop, supporter: User, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(supporter)
    with time_machine.travel(LATER, tick=True), django_assert_max_num_queries(FRAME + 9):
        client.get("/payments/p-o1/")
    with django_assert_max_num_queries(FRAME + 2):
        client.get("/payments/", {"q": "nothing"})
    with django_assert_max_num_queries(FRAME + 4):
        client.get("/payments/", {"q": "0.0005 BTC 2026-03-20"})


def choose(user: User, language: str, key: str = "p-o1") -> Any:
    return signed_in(user).post("/sentence-language/", {"language": language, "payment": key})


def test_the_sentence_is_said_in_the_language_that_the_person_chose(shop: Shop, supporter: User, analyst: User) -> None:
    with time_machine.travel(LATER, tick=True):
        assert choose(supporter, "de").headers["Location"] == "/payments/p-o1/"
        said = page(supporter, "/payments/p-o1/")
        assert (
            "Wir haben Ihre Zahlung über 0,00050000 BTC für die Bestellung o1 erhalten, und sie ist endgültig. Sie müssen "
            "nichts tun. Referenz: p-o1."
        ) in words(said)
        assert 'id="say" lang="de"' in said
        assert "We have received" in words(page(analyst, "/payments/p-o1/"))
    assert choose(supporter, "tlh").status_code == 400
    assert choose(supporter, "fr", key="//evil.test").headers["Location"].startswith("/payments/")


def test_macros_stand_beside_the_sentence_filled_for_the_payment(shop: Shop, supporter: User) -> None:
    with tenant(shop.tenant_id):
        for name, language, text in (
            ("Delay", "en", "Hello,\n{sentence}"), ("For the bill", "en", "{merchant_reference}"), ("Retard", "fr", "{order}"),
        ):  # fmt: skip
            save_macro(name=name, language=language, text=text, actor=SET_UP, at=LATER)
    with time_machine.travel(LATER, tick=True):
        html = page(supporter, "/payments/p-o1/")
        copied = re.findall(r'data-copy="([^"]+)" data-copied="Delay copied" data-key="1"', html)
        assert len(copied) == 1
        assert copied[0].startswith("Hello,\nWe have received your payment of 0.00050000 BTC for order o1")
        assert 'data-copy="INV-o1" data-copied="For the bill copied" data-key="2"' in html
        assert "Retard" not in html
        choose(supporter, "fr")
        assert 'data-copy="o1" data-copied="Retard copied" data-key="1"' in page(supporter, "/payments/p-o1/")


def test_the_keys_of_the_list_have_rows_to_open(shop: Shop, supporter: User) -> None:
    """As rows.js reads a list: [data-rows] > [data-row], each with one a[data-open]."""
    rows = find(supporter, "0.0005 BTC 2026-03-20").content.decode().split("<tbody data-rows>")[1].split("</tbody>")[0]
    assert re.findall(r'<tr data-row="([^"]+)">', rows) == ["p-o1", "p-o2", "p-o3"]
    assert len(re.findall(r'<a class="[^"]*" data-open href="/payments/p-o\d/', rows)) == 3


def test_its_proof_is_for_who_may_read_evidence(shop: Shop, supporter: User, user_of: UserMaker) -> None:
    with tenant(shop.tenant_id):
        seal_all(NOON)
    auditor = user_of("Ada Auditor", "auditor")
    assert "Proof" not in words(page(supporter, "/payments/p-o1/"))
    assert 'href="/payment-proofs/of/?payment=p-o1"' in page(auditor, "/payments/p-o1/")
    before = words(page(auditor, "/payment-proofs/of/?payment=p-o1"))
    for said in ("Nobody was given a proof of it yet", "python3 verify.py FILE --digest SHA256",
                 "manage.py verify_bundle FILE --digest SHA256",
                 "No case stands open about it"):  # fmt: skip
        assert said in before, said
    with time_machine.travel(LATER, tick=True):
        answer = signed_in(auditor).post("/payment-proofs/", {"payment": "p-o1"})
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        refused = signed_in(supporter).post("/payment-proofs/", {"payment": "p-o1"})
    assert answer.status_code == 200
    assert 'filename="proof-acme-' in answer.headers["Content-Disposition"]
    files = unpacked(content)
    assert said_of(content) == "holds"
    assert [o["order_ref"] for o in rows_in(files, "orders")] == ["o1"]
    assert {e["type"] for e in rows_in(files, "provider_events")} >= {"confirmed"}
    assert {t["payment_id"] for t in rows_in(files, "transactions")} == {"p-o1"}
    assert rows_in(files, "matches")
    assert refused.status_code == 403
    after = words(page(auditor, "/payment-proofs/of/?payment=p-o1"))
    assert hashlib.sha256(content).hexdigest() in after, "what was handed out is known again by its digest"
    assert json.loads(files["manifest.json"])["sha256"] in after
    assert auditor.email in after
    page(supporter, "/payment-proofs/of/?payment=p-o1", 404)
