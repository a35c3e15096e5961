"""A recovery run opened from where drift was seen: a link fills the form in, and says nothing that the form would not take."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import QueryDict

from console.pages.links import link
from console.pages.recovery_opening import MOST_IN_A_LINK, proposal_link, proposed_run
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.oversight.signals.read_signals import read_signals
from reconciliation.people.models import User
from reconciliation.recovery.runs.models import RecoveryRun
from tests.console.test_recovery import words
from tests.console.working import page, signed_in
from tests.people import UserMaker, acting
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted

TODAY, DAY = date(2026, 3, 22), date(2026, 3, 20)
RUNNER = Actor("person", "1", frozenset({"controller"}), "Cora")
READER = Actor("person", "2", frozenset({"analyst"}), "Anna")
JOB = Actor("job", "read_signals", frozenset({"job"}))


def proposed(query: str) -> dict[str, object]:
    return proposed_run(QueryDict(query), TODAY)


def test_what_a_link_says_is_kept_as_far_as_it_could_be_true() -> None:
    whole = "first_on=2026-03-20&until_on=2026-03-21&plane=bank&plane=ledger&payment=p-1&payment=p-2&led_by=A+signal"
    assert proposed(whole) == {
        "led_by": "A signal", "planes": ["ledger", "bank"], "payments": "p-1\np-2",
        "first_on": DAY, "until_on": DAY + timedelta(days=1),
    }  # fmt: skip
    assert proposed("") == {}
    assert proposed("plane=moon&payment=&payment=%0A&title=") == {}
    assert proposed("payment=a%0Ab") == {}, "one line is one payment"
    assert len(str(proposed("title=" + "x" * 999)["title"])) == 140
    assert len(str(proposed("&".join(f"payment=p{n}" for n in range(99)))["payments"]).split()) == MOST_IN_A_LINK


@pytest.mark.parametrize(
    "days",
    [
        "first_on=2026-03-21&until_on=2026-03-20", "first_on=2026-03-20", "first_on=x&until_on=2026-03-21",
        "first_on=2026-03-22&until_on=2026-03-23", "first_on=2020-01-01&until_on=2026-03-21",
    ],
)  # fmt: skip
def test_days_that_are_no_period_are_left_out_whole(days: str) -> None:
    assert proposed(days) == {}


def test_a_link_is_for_whoever_runs_recoveries_and_leaves_no_hole() -> None:
    said = {"led_by": "Signal x", "seen_by": "posted-early", "day": DAY}
    address = proposal_link(RUNNER, link, **said, payments=["p-2", "p-1", "p-2"])  # type: ignore[arg-type]
    parts = urlsplit(address)
    assert (parts.path, parts.fragment) == ("/recovery/", "open-set-h")
    assert proposed(parts.query) == {
        "led_by": "Signal x", "planes": ["ledger"], "payments": "p-1\np-2", "first_on": DAY, "until_on": DAY + timedelta(days=1),
    }  # fmt: skip
    assert proposal_link(READER, link, **said) == ""  # type: ignore[arg-type]
    many = proposal_link(RUNNER, link, **said, payments=[f"p-{n}" for n in range(MOST_IN_A_LINK + 1)])  # type: ignore[arg-type]
    assert "payment=" not in many


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def controller(user_of: UserMaker) -> User:
    return user_of("Cora Controller", "controller")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("clock")
def test_a_signal_out_of_range_leads_to_the_form_over_its_day(
    acme: Tenant, controller: User, user_of: UserMaker
) -> None:
    shop = Drifted(acme.id)
    shop.drift(acting(controller, acme.id))
    with tenant(acme.id):
        read_signals(actor=JOB, at=LATER)
    signal = "/review/signals/hand-edits/?day=2026-03-20"
    html = page(controller, signal)
    address = html.partition("Open a recovery run over this day")[0].rpartition('href="')[2].partition('"')[0]
    form = page(controller, address.replace("&amp;", "&").partition("#")[0])
    assert 'value="2026-03-20"' in form
    assert 'value="2026-03-21"' in form
    assert "Signal States edited by hand, Fri 20 Mar 2026" in form
    assert "Nothing is open yet: check the days and the scope first." in words(form)
    with tenant(acme.id):
        assert not RecoveryRun.objects.exists()
    assert "Open a recovery run" not in page(user_of("Anna Analyst", "analyst"), signal)
    quiet = page(controller, "/review/signals/posted-early/?day=2026-03-20")
    assert "Open a recovery run" not in quiet, "nothing is out of range there"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("clock")
def test_a_playbook_of_settlement_leads_to_the_form(acme: Tenant, controller: User, user_of: UserMaker) -> None:
    html = page(controller, "/playbooks/settlement-drift/")
    assert 'href="/recovery/?led_by=Playbook+Settlement+drift&amp;plane=ledger#open-set-h"' in html
    assert "Open a recovery run" not in page(controller, "/playbooks/integrity/")
    assert "Open a recovery run" not in page(user_of("Anna Analyst", "analyst"), "/playbooks/settlement-drift/")
    sent = signed_in(controller).get("/recovery/?title=%3Cb%3Edrift&payment=p-1%3C/textarea%3E").content.decode()
    assert "<b>drift" not in sent
    assert "p-1</textarea>" not in sent
