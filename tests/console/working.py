"""A tenant whose books hold every kind of difference, and people signed in to look at it. Days are 2026-03 of the
stories."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.people import UserMaker
from tests.stories.notation import Line, Tx
from tests.stories.world import World

TODAY = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)  # grace of 10 March is over, the statement of 11 March not due yet
DAY = date(2026, 3, 10)


def out(
    name: str, amount: int, reference: str, *, status: str = "POSTED", use_case: str = "ewa", payment: str = ""
) -> Tx:
    """A payout: emp/clr, credit on the payout clearing."""
    return Tx(
        name, "2026-03-10", status, use_case, [("emp", "DEBIT", amount), ("clr", "CREDIT", amount)], reference, payment
    )


def fill(world: World) -> None:
    """Mixed day on clr: one settled pair, causes 1, 5 and 6; cash clean. As of two days later, after grace."""
    for tx in (
        out("T1", 50000, "D1", payment="pay_1"),
        out("T2", 215000, "D2", payment="pay_2"),
        out("T3", 247500, "D3", status="PENDING", payment="pay_3"),
        Tx("T4", "2026-03-10", "POSTED", "receipt", [("cash", "DEBIT", 8000), ("ar", "CREDIT", 8000)], "I7", "pay_4"),
    ):
        world.post(tx)
    for line in (
        Line("L1", "clr", "2026-03-10", -50000, "D1"),
        Line("L3", "clr", "2026-03-10", -247500, "D3"),
        Line("L4", "clr", "2026-03-10", -15700, "", "FEE"),
        Line("L5", "cash", "2026-03-10", 8000, "I7"),
    ):
        world.line(line)
    for account in ("clr", "cash"):
        world.cover(account, DAY)
        world.reconcile(account, DAY, TODAY)


@pytest.fixture
def today() -> Iterator[datetime]:
    with time_machine.travel(TODAY, tick=True):
        yield TODAY


@pytest.fixture
def books(acme: Tenant, today: datetime) -> World:
    """The world of `fill`, in the tenant acme."""
    world = World(acme.id)
    fill(world)
    return world


@pytest.fixture
def analyst(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


def signed_in(user: User) -> Client:
    """A browser's client of a signed-in person; errors of ours come up in the test."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


FRAME = 10
"""Queries around every page: session, sign-in, tenant, roles, person, the counts beside the page names, BEGIN and
COMMIT."""


@pytest.fixture
def supporter(user_of: UserMaker) -> User:
    return user_of("Simon Support", "support")


@pytest.fixture
def outsider(rival: Tenant, user_of: UserMaker) -> User:
    """An analyst of another tenant."""
    return user_of("Rita Rival", "analyst", tenant_id=rival.id)


def page(user: User, address: str, status: int = 200, **headers: str) -> str:
    """The page as its reader gets it."""
    reply = signed_in(user).get(address, headers=headers)
    assert reply.status_code == status, (address, reply.status_code)
    return str(reply.content.decode())


def running_day(world: World) -> None:
    """A file of 12 March, uploaded while that day runs, and its check: one more case, of a day that is not closed."""
    world.line(Line("N1", "clr", "2026-03-12", -700, "", "FEE"))
    world.cover("clr", date(2026, 3, 12))
    assert world.reconcile("clr", date(2026, 3, 12), TODAY).verdict == "DRIFTED"


def fees(world: World, number: int) -> None:
    """So many fee lines on one day of clr, each a case of its own."""
    for n in range(number):
        world.line(Line(f"F{n}", "clr", "2026-03-09", -100 - n, "", "FEE"))
    world.cover("clr", DAY)
    world.reconcile("clr", date(2026, 3, 9), TODAY)
