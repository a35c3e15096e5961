"""Playbooks in the console: where signals lead, one page whole, and the short form beside a case."""

import re

import pytest

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.console.test_home import words
from tests.console.working import outsider, page, signed_in, supporter  # noqa: F401
from tests.people import UserMaker
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = """
T1 10 ewa 60 @R1 p1
L9 clr 10 -70 @X9
"""


@pytest.fixture
def reader(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


def drifted(acme: Tenant) -> Books:
    """Posted and not settled, and settled and never initiated."""
    world = Books(acme.id).play(ROWS)
    world.check_day("clr", "10")
    return world


def test_the_list_says_where_signals_lead_and_counts_what_is_open(acme: Tenant, reader: User) -> None:
    drifted(acme)
    text = words(page(reader, "/playbooks/"))
    assert "2 open cases lead here now." in text
    for name in ("detection", "settlement", "webhook", "provider", "reconciliation", "payout"):
        assert re.search(rf"\b{name.capitalize()}\b", text)
    assert "Alerts: security hold" in text
    assert "Signals: webhook recency" in text


def test_one_playbook_has_its_sections_its_links_and_its_cases(acme: Tenant, reader: User) -> None:
    drifted(acme)
    html = page(reader, "/playbooks/unknown-day/")
    assert re.findall(r'<h2 id="b\d-h">([^<]+)</h2>', html) == [
        "Objective", "Prerequisites", "Signals", "Decision points", "Escalation", "Failure modes", "Recovery",
    ]  # fmt: skip
    assert 'href="/bank/coverage/">/bank/coverage/</a>' in html
    assert 'href="/playbooks/blind/"' in html
    assert "No open case leads here." in html
    held = words(page(reader, "/playbooks/uninitiated-debit/"))
    assert "missing counterpart, ledger ↔ bank Settled by the bank, never initiated by us 1" in held


def test_a_case_shows_its_playbook_beside_it(acme: Tenant, reader: User) -> None:
    case = next(c for c in drifted(acme).cases("clr") if c.cause == 4)
    html = page(reader, f"/exceptions/{case.number}/")
    assert "Playbook: The bank settled what we never initiated" in html
    assert re.findall(r"<summary>([^<]+)</summary>", html)[-6:] == [
        "Prerequisites", "Signals", "Decision points", "Escalation", "Failure modes", "Recovery",
    ]  # fmt: skip
    assert 'href="/playbooks/uninitiated-debit/" data-key="p"' in html


def test_a_reader_is_led_only_to_pages_of_theirs(acme: Tenant, supporter: User) -> None:
    html = page(supporter, "/playbooks/unknown-day/")
    assert "<code>/bank/coverage/</code>" in html
    assert 'href="/bank/coverage/"' not in html
