"""Support's day in a real browser: one box, the status, the sentence, a macro; and nothing that corrects within reach."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import CaseEvent
from reconciliation.commerce.models import OrderMove
from reconciliation.lookup.save_macro import save_macro
from reconciliation.people.models import User
from reconciliation.provider.models import Event, Quarantined
from tests.console.working import signed_in, supporter  # noqa: F401
from tests.harness.axe import axe_findings
from tests.journeys.test_books import enter
from tests.people import PASSWORD, SET_UP, UserMaker
from tests.reconciliation.planes.shop import NOON, Shop
from tests.reconciliation.provider.desk import said

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
OTHER = "another-secret-altogether"
ACTS = (
    "/corrections/",
    "/order-moves/",
    "/exceptions/bulk/",
    "/exceptions/1/assign/",
    "/drift/checks/",
    "/events/quarantine/replay/",
    "/settings/macros/save/",
)


@pytest.fixture
def shop(acme: Tenant) -> Iterator[Shop]:
    """Order o1 paid twice, in part each time, so a case is open; order o2 paid in full; a delivery is held."""
    shop = Shop(acme.id)
    shop.order("o1", payment_id="")
    shop.order("o2")
    for invoice, minute in (("inv_1", 1), ("inv_2", 3)):
        shop.receipt("0.0002", f"tx-{invoice}", invoice=invoice, ref="o1", minute=minute)
        shop.event("InvoiceSettled", invoice, "o1", minute=minute + 1)
    shop.receipt("0.0005", "tx-3", invoice="inv_3", ref="o2", minute=5)
    shop.event("InvoiceSettled", "inv_3", "o2", minute=6)
    shop.deliver(said("InvoiceSettled", "inv_9"), key=OTHER)
    shop.match(minute=10)
    shop.match(minute=11)
    with tenant(acme.id):
        for language, text in (("en", "Hello.\n{sentence}"), ("fr", "Bonjour.\n{sentence}")):
            save_macro(name="Reply", language=language, text=text, actor=SET_UP, at=NOON)
    with time_machine.travel(NOON + timedelta(minutes=30), tick=True):
        yield shop


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.fixture
def tab(page: Page, shop: Shop, live_server: Any) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    return page


def test_support_pastes_an_order_reads_the_status_and_copies_the_sentence(
    tab: Page, shop: Shop, supporter: User
) -> None:
    tab.goto("/")
    tab.locator("input[name=login]").fill(supporter.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("input[name=password]").press("Enter")
    tab.wait_for_url(lambda url: "/accounts/" not in url)
    tab.keyboard.press("/")
    tab.keyboard.insert_text("o2")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/payments/p-o2/?q=o2")
    expect(tab.locator("h1")).to_have_text("Final at the provider, posted in the ledger")
    planes = tab.get_by_label("One status per plane").locator(".mid")
    expect(planes).to_have_text(["Open", "Confirmed", "Posted", "No line"])
    tab.locator("body").press("c")
    expect(tab.locator("body")).to_contain_text("Sentence copied")
    assert copied(tab) == (
        "We have received your payment of 0.00050000 BTC for order o2 and it is final. Nothing is needed from you. "
        "Reference: p-o2."
    )
    tab.locator("body").press("1")
    expect(tab.locator("body")).to_contain_text("Reply copied")
    assert copied(tab).startswith("Hello.\nWe have received your payment")
    tab.locator("body").press("y")
    expect(tab.locator("body")).to_contain_text("Link copied")
    assert copied(tab) == tab.url


def test_the_keys_of_the_list_open_a_payment(tab: Page, shop: Shop, supporter: User, live_server: Any) -> None:
    tab.goto("/")
    tab.locator("input[name=login]").fill(supporter.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("input[name=password]").press("Enter")
    tab.wait_for_url(lambda url: "/accounts/" not in url)
    tab.goto("/payments/?q=0.0005+BTC+2026-03-20")
    expect(tab.locator("[data-rows] > [data-row]")).to_have_count(2)
    tab.locator("body").press("j")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/payments/o1/?q=*")


def test_the_language_is_chosen_once_and_kept(tab: Page, supporter: User, live_server: Any) -> None:
    enter(tab, supporter, live_server)
    tab.goto("/payments/p-o2/")
    tab.get_by_role("button", name="Français").click()
    expect(tab.locator("#say")).to_have_text(
        "Nous avons reçu votre paiement de 0,00050000 BTC pour la commande o2 ; il est définitif. Vous n’avez rien à faire. "
        "Référence : p-o2."
    )
    tab.goto("/payments/o1/")
    expect(tab.locator("#say")).to_contain_text("Il manque encore 0,00010000 BTC")
    expect(tab.get_by_role("button", name="Français")).to_have_attribute("aria-pressed", "true")
    tab.locator("body").press("1")
    expect(tab.locator("body")).to_contain_text("Reply copied")
    assert copied(tab).startswith("Bonjour.\nNous avons reçu")


def test_siblings_are_a_key_away(tab: Page, supporter: User, live_server: Any) -> None:
    enter(tab, supporter, live_server)
    tab.goto("/payments/inv_1/")
    tab.keyboard.press("]")
    tab.wait_for_url("**/payments/inv_2/")
    expect(tab.locator(".crumb")).to_contain_text("2 of 2 payments of the order")
    tab.keyboard.press("[")
    tab.wait_for_url("**/payments/inv_1/")


def test_no_control_that_corrects_is_within_reach(tab: Page, shop: Shop, supporter: User, live_server: Any) -> None:
    enter(tab, supporter, live_server)

    def state() -> list[int]:
        with tenant(shop.tenant_id):
            return [
                m.objects.count()
                for m in (ApprovalRequest, LedgerTransaction, CaseEvent, OrderMove, Event, Quarantined)
            ]

    before = state()
    for address in ("/payments/o1/", "/payments/p-o2/", "/exceptions/1/", "/orders/o1/"):
        tab.goto(address)
        forms = tab.eval_on_selector_all("main form[method=post]", "all => all.map(f => f.getAttribute('action'))")
        assert set(forms) <= {"/sentence-language/", "/exceptions/1/notes/"}, address
        links = tab.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
        assert not [
            link
            for link in links
            if link.startswith(("/corrections/", "/approvals/", "/ledger/", "/bank/", "/events/"))
        ]
        assert not (found := axe_findings(tab)), found
    # By hand, from the page itself, with its own session and form token.
    tab.goto("/payments/o1/")
    token = tab.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    for act in ACTS:
        answer = tab.request.post(
            f"{live_server.url}{act}", form={"csrfmiddlewaretoken": token}, headers={"Referer": tab.url}
        )
        assert answer.status == 403, act
        assert "Your role may not do this" in answer.text(), act
    assert state() == before


def test_axe_finds_nothing_on_supports_page(tab: Page, supporter: User, live_server: Any) -> None:
    enter(tab, supporter, live_server)
    for address in (
        "/payments/",
        "/payments/?q=nothing",
        "/payments/p-o2/",
        "/payments/inv_2/",
        "/orders/",
        "/orders/o1/",
    ):
        tab.goto(address)
        assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth"), address
        assert not (found := axe_findings(tab)), f"{address}: {found}"


def test_a_key_is_added_and_what_was_held_comes_in(tab: Page, shop: Shop, user_of: UserMaker, live_server: Any) -> None:
    enter(tab, user_of("Ada Admin", "policy_admin"), live_server)
    tab.goto("/events/quarantine/")
    expect(tab.locator("h1")).to_contain_text("Quarantine: 1 delivery held")
    tab.goto("/settings/endpoints/")
    tab.locator("details:has(form[action='/settings/endpoints/keys/add/']) > summary").click()
    form = tab.locator("form[action='/settings/endpoints/keys/add/']")
    form.locator("input[name=secret]").fill(OTHER)
    form.get_by_role("button").click()
    expect(tab.locator("#notices")).to_contain_text("what is held may be replayed")
    assert OTHER not in tab.content()
    tab.goto("/events/quarantine/")
    tab.get_by_role("button", name="Replay all 1 of Shop").click()
    expect(tab.locator("h1")).not_to_contain_text("1 delivery held")
    shop.take_in(NOON + timedelta(minutes=31))
    tab.goto("/events/?q=inv_9")
    tab.locator("[data-open]").first.click()
    expect(tab.locator("main")).to_contain_text("inv_9")


def test_an_order_is_found_and_leads_to_its_payment(tab: Page, user_of: UserMaker, live_server: Any) -> None:
    enter(tab, user_of("Anna Analyst", "analyst"), live_server)
    tab.goto("/orders/")
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    expect(tab.locator("h1")).to_contain_text("o2")
    tab.goto("/orders/o2/")
    tab.locator("main").get_by_role("link", name="p-o2").first.click()
    tab.wait_for_url("**/payments/p-o2/**")
