"""Playbooks in the console: where signals lead, one page whole, and the short form beside a case."""

import re
from html import unescape

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


def test_what_is_open_leads_to_exactly_these_cases(acme: Tenant, reader: User) -> None:
    drifted(acme)
    shown = page(reader, "/playbooks/uninitiated-debit/") + page(reader, "/playbooks/stuck/")
    found = re.findall(r'href="(/exceptions/\?[^"]*planes=[^"]*)"', shown)
    assert len(found) == 2, "one class, two causes"
    for address in found:
        said = words(page(reader, unescape(address)))
        assert "1 case matches" in said
        assert "Planes ledger ↔ bank" in said
    assert sum("never initiated by us" in words(page(reader, unescape(a))) for a in found) == 1


def test_a_case_shows_its_playbook_beside_it(acme: Tenant, reader: User) -> None:
    case = next(c for c in drifted(acme).cases("clr") if c.cause == 4)
    html = page(reader, f"/exceptions/{case.number}/")
    assert "Playbook: The bank settled what we never initiated" in html
    assert re.findall(r"<summary>([^<]+)</summary>", html)[-6:] == [
        "Prerequisites", "Signals", "Decision points", "Escalation", "Failure modes", "Recovery",
    ]  # fmt: skip
    assert f'href="/playbooks/uninitiated-debit/?of=C-{case.number}" data-key="p"' in html


def test_from_a_playbook_one_comes_back_to_the_case_in_the_view_that_it_was_opened_in(
    acme: Tenant, reader: User
) -> None:
    case = next(c for c in drifted(acme).cases("clr") if c.cause == 4)
    beside = page(reader, f"/exceptions/{case.number}/?view=drift&from=home")
    address = unescape(re.findall(r'href="(/playbooks/uninitiated-debit/[^"]*)" data-key="p"', beside)[0])
    html = page(reader, address)
    assert f'<a href="/exceptions/{case.number}/?view=drift&amp;from=home" data-up>C-{case.number}</a> / <a' in html
    assert f"back to C-{case.number}" in words(html)
    onward = page(reader, f"/playbooks/unknown-day/?of=C-{case.number}")
    assert f'href="/playbooks/blind/?of=C-{case.number}"' in onward


@pytest.mark.parametrize(("of", "back"), [
    ("IN-3", "/incidents/3/"), ("N-12", "/notifications/12/"),
    ("posted-early&day=2026-11-13", "/review/signals/posted-early/?day=2026-11-13"),
    ("posted-early&day=never", "/review/signals/posted-early/"),
])  # fmt: skip
def test_the_way_back_is_to_what_led_there(acme: Tenant, reader: User, of: str, back: str) -> None:
    assert f'<a href="{back}" data-up>' in page(reader, f"/playbooks/blind/?of={of}")


@pytest.mark.parametrize("of", [
    "//example.test", "https://example.test/", "/exceptions/1/", "C-0", "C-1/../../x", "C-99999999999", "javascript:alert(1)",
    "luck", "C-1%0A", "IN-", "",
])  # fmt: skip
def test_no_address_is_taken_for_the_way_back(acme: Tenant, reader: User, of: str) -> None:
    assert '<a href="/playbooks/" data-up>Playbooks</a></div>' in page(reader, f"/playbooks/blind/?of={of}")


def test_a_page_that_is_none_of_the_readers_is_no_way_back(acme: Tenant, supporter: User) -> None:
    assert '<a href="/playbooks/" data-up>' in page(supporter, "/playbooks/blind/?of=IN-3")


def test_a_reader_is_led_only_to_pages_of_theirs(acme: Tenant, supporter: User) -> None:
    html = page(supporter, "/playbooks/unknown-day/")
    assert "<code>/bank/coverage/</code>" in html
    assert 'href="/bank/coverage/"' not in html
