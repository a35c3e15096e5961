"""The page of gaps: each single one, its case, and the way there from the endpoint; cases of the provider plane on their page."""

from datetime import timedelta

import pytest
import time_machine

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from reconciliation.planes.set_fulfilment import set_fulfilment
from reconciliation.planes.watch_provider import watch_provider
from reconciliation.provider.polling.poll_endpoint import poll_endpoint
from tests.console.reading import Counted, counted  # noqa: F401
from tests.console.test_plane_cases import words
from tests.console.working import analyst, page, signed_in, supporter  # noqa: F401
from tests.people import SET_UP
from tests.reconciliation.planes.shop import JOB, Shop
from tests.reconciliation.planes.shop import NOON as SHOP_NOON
from tests.reconciliation.planes.test_confirm_settlement import Partner, partner, pay, world  # noqa: F401
from tests.reconciliation.provider.desk import NOON, Desk, said
from tests.reconciliation.provider.polling.test_poll_endpoint import LATER, SINCE, UNTIL, file, row
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
H = timedelta(hours=1)
GAPS = "/events/gaps/"


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    return Desk(acme.id)


def found(desk: Desk, *rows: str, watched: bool = True) -> None:
    poll_endpoint(
        desk.tenant_id, endpoint_id=desk.endpoint.id, since=SINCE, until=UNTIL, actor=SET_UP, at=LATER, file=file(*rows)
    )
    if watched:
        watch(desk.tenant_id)


def watch(tenant_id: int, after: timedelta = 2 * H) -> None:
    with tenant(tenant_id):
        watch_provider(actor=JOB, at=LATER + after)


def test_without_a_gap_it_says_what_that_means(desk: Desk, analyst: User) -> None:
    said_ = words(page(analyst, GAPS))
    assert "No gap Everything that providers were last seen to list is in the log" in said_
    assert "No gap at this endpoint" in words(page(analyst, f"{GAPS}?endpoint={desk.endpoint.id}"))


def test_each_gap_says_what_is_missing_since_when_and_its_case(desk: Desk, analyst: User) -> None:
    settled = row("a", "InvoiceReceivedPayment")[:-2] + "0.0005,BTC,"
    found(desk, settled, watched=False)
    with time_machine.travel(LATER + H, tick=True):
        html = page(analyst, GAPS)
        assert "waits" in words(html.split("<tbody")[1])
        assert 'data-open href="/payments/?q=a"' in html
    watch(desk.tenant_id)
    with time_machine.travel(LATER + 3 * H, tick=True):
        told = words(page(analyst, GAPS).split("<tbody")[1])
        with tenant(desk.tenant_id):
            case = ExceptionCase.objects.get()
        found_ = words(page(analyst, "/payments/?q=a").split("<main")[1])
        assert "1 payment under a Our log has no event of it" in found_
        assert f"a listed by Shop, missing in our log, case {case}" in found_
        assert f'data-open href="/exceptions/{case.number}/"' in page(analyst, "/payments/?q=A")
        for part in (
            "a-InvoiceReceivedPayment",
            "Missing here",
            "Shop",
            "nothing",
            "0.0005",
            "BTC",
            str(case),
            "by file",
        ):
            assert part in told, part
        shown = words(page(analyst, f"/exceptions/{case.number}/"))
    assert "Listed by the provider, missing in the log" in shown
    assert "one side alone; as the last run saw it" in shown
    assert "Provider, what it lists a-InvoiceReceivedPayment" in shown
    assert "not in the log" in shown
    assert "−0.00050000 BTC" in shown
    assert "provider heavier" in shown


def test_it_pages_by_position_and_asks_few_questions(desk: Desk, analyst: User, counted: Counted) -> None:
    found(desk, *(row(f"i{n:03d}", "InvoiceSettled", n) for n in range(120)))
    client = signed_in(analyst)
    with time_machine.travel(LATER + 3 * H, tick=True):
        client.get(GAPS)
        with counted(at_most=12):
            first = client.get(GAPS).content.decode()
        assert [f"i{n:03d}-InvoiceSettled" in first for n in (119, 70, 69)] == [True, True, False]
        following = first.split('hx-target="#rows"')[-2].split('href="')[-1].split('"')[0].replace("&amp;", "&")
        second = client.get(GAPS + following).content.decode()
        assert [f"i{n:03d}-InvoiceSettled" in second for n in (70, 69, 20, 19)] == [False, True, True, False]
        back = second.split(">Previous</a>")[0].split('href="')[-1].split('"')[0].replace("&amp;", "&")
        again = client.get(GAPS + back).content.decode()
        assert [f"i{n:03d}-InvoiceSettled" in again for n in (119, 70, 69)] == [True, True, False]
        assert client.get(f"{GAPS}?after=nonsense~x").status_code == 200


def test_the_endpoint_shows_how_many_and_leads_there(desk: Desk, user_of) -> None:  # type: ignore[no-untyped-def]
    found(desk, row("a", "InvoiceSettled"), row("b", "InvoiceSettled", 1))
    admin = signed_in(user_of("Admin", "policy_admin"))
    with time_machine.travel(LATER + 3 * H, tick=True):
        html = admin.get("/settings/endpoints/").content.decode()
    assert f'href="{GAPS}?endpoint={desk.endpoint.id}">2 open gaps</a>' in html
    assert "2 gaps" in words(html)


def test_a_type_that_nothing_reads_has_a_page_without_an_amount(desk: Desk, analyst: User) -> None:
    desk.deliver(said("StoreMelted", "", delivery="m1", invoiceId=None))
    desk.take_in()
    watch(desk.tenant_id)
    with tenant(desk.tenant_id):
        number = ExceptionCase.objects.get().number
    with time_machine.travel(LATER + 3 * H, tick=True):
        assert "Events of a type that nothing here reads" in words(page(analyst, "/exceptions/"))
        assert "ambiguous finality" in words(page(analyst, f"/exceptions/{number}/peek/")).lower()
        shown = page(analyst, f"/exceptions/{number}/")
    assert "Shop sends StoreMelted, a type that no reader of btcpay knows" in words(shown)
    assert f"/events/?view=unclassified&amp;endpoint={desk.endpoint.id}" in shown


def test_a_failed_confirmation_is_seen_at_home_at_its_endpoint_and_on_its_page(
    world: World,
    partner: Partner,
    analyst: User,
    user_of,  # type: ignore[no-untyped-def]
) -> None:
    pay(world)
    partner.call("COMPLETED", amount="51.00")
    partner.work()
    with tenant(world.tenant_id):
        watch_provider(actor=JOB, at=NOON + H)
        number = ExceptionCase.objects.get().number
    with time_machine.travel(NOON + 2 * H, tick=True):
        home = page(analyst, "/")
        assert "1 confirmation has failed: settled by the bank, not POSTED here" in words(home)
        assert f"/exceptions/{number}/" in home
        settings = signed_in(user_of("Admin", "policy_admin")).get("/settings/endpoints/").content.decode()
        assert "1 confirmation failed" in words(settings)
        assert f'href="/exceptions/{number}/">C-{number}</a>' in settings
        shown = words(page(analyst, f"/exceptions/{number}/"))
    assert "refused, tried again after 1 attempt" in shown
    assert "amount mismatch: ledger 50.00 ETB, bank 51.00 ETB" in shown
    assert "reference D1" in shown
    assert "p1" in shown


def test_a_case_that_ended_still_has_its_page(desk: Desk, analyst: User) -> None:
    found(desk, row("a", "InvoiceSettled"))
    desk.deliver(said("InvoiceSettled", "a"))
    desk.take_in()
    watch(desk.tenant_id, 3 * H)
    with tenant(desk.tenant_id):
        case = ExceptionCase.objects.get()
        assert case.state == "resolved"
    with time_machine.travel(LATER + 4 * H, tick=True):
        assert "The difference is gone" in words(page(analyst, f"/exceptions/{case.number}/"))


def test_who_sees_no_events_is_led_to_none(desk: Desk, supporter: User) -> None:
    found(desk, row("a", "InvoiceSettled"))
    with tenant(desk.tenant_id):
        number = ExceptionCase.objects.get().number
    with time_machine.travel(LATER + 3 * H, tick=True):
        assert GAPS not in page(supporter, f"/exceptions/{number}/")
        assert signed_in(supporter).get(GAPS).status_code == 404


def test_an_order_says_what_fulfils_it_and_what_did(acme: Tenant, analyst: User) -> None:
    shop = Shop(acme.id)
    shop.order()
    with time_machine.travel(SHOP_NOON + H, tick=True):
        assert "no rule fulfils it" in words(page(analyst, "/orders/o1/"))
    with tenant(acme.id):
        set_fulfilment(rail="", asset="BTC", fulfil_on="confirmed", actor=SET_UP, at=SHOP_NOON)
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=3)
    number = shop.match(minute=4).number
    with time_machine.travel(SHOP_NOON + H, tick=True):
        told = words(page(analyst, "/orders/o1/"))
    assert "fulfilled on the provider's Confirmed" in told
    assert "By matcher match_planes open → fulfilled : its rule fulfils on the provider's Confirmed" in told
    assert f"MR-{number}, rule " in told


def test_a_gap_that_a_later_poll_no_longer_names_is_not_found_as_a_payment(desk: Desk, supporter: User) -> None:
    found(desk, row("a", "InvoiceSettled"), watched=False)
    with time_machine.travel(LATER + H, tick=True):
        assert "a listed by Shop, missing in our log" in words(page(supporter, "/payments/?q=a"))
    found(desk, watched=False)
    with time_machine.travel(LATER + H, tick=True):
        assert "No payment under a" in words(page(supporter, "/payments/?q=a"))
