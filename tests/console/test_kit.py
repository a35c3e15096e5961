"""Every page template renders, obeys the house rules of markup, and axe finds nothing, in both themes."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.test import override_settings

from tests.console import kit_data
from tests.console.kit_browser import STATIC, kit_tab  # noqa: F401
from tests.harness.axe import axe_findings

VENDOR = STATIC / "vendor"
ADDRESSES = sorted(kit_data.pages())


@pytest.fixture(autouse=True)
def own_urls() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.console.kit_data"):
        yield


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_keeps_the_rules_of_markup(address: str) -> None:
    html = kit_data.render(address)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "inline script"
    assert not re.search(r"\son[a-z]+=", html), "inline handler"
    assert not re.search(r"(?i)successfully|oops|something went wrong", html)
    assert "{{" not in html
    assert "{%" not in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(i for i in set(ids) if ids.count(i) > 1)
    for form in re.findall(r'(?s)<form[^>]*method="post".*?</form>', html):
        assert "csrfmiddlewaretoken" in form


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_key_moves_money(address: str) -> None:
    for tag in re.findall(r"<button[^>]*>", kit_data.render(address)):
        if 'value="approve"' in tag or "data-no-key" in tag:
            assert "data-key" not in tag


ROW_KEYS = {"j", "k", "x", "Enter", "Space", "Esc"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_key_shown_does_something(address: str) -> None:
    """Keys stand on the element they activate (data-key); those of rows and of going up are built in."""
    html = kit_data.render(address)
    shown = re.search(r'(?s)<p class="keys" id="keys">(.*?)</p>', html)
    keys = set(re.findall(r"<kbd>([^<]+)</kbd>", shown[1])) if shown else set()
    carried = set(re.findall(r'data-key="([^"]+)"', html))
    carried |= ROW_KEYS if "data-rows" in html else set()
    carried |= {"u"} if "data-up" in html else set()
    carried |= {"←", "→", "↑", "↓", "Enter"} if "data-grid" in html else set()
    carried |= {"/"} if 'id="find"' in html else set()
    assert keys <= carried, keys - carried


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_disabled_button_has_its_reason_beside_it(address: str) -> None:
    html = kit_data.render(address)
    for tag in re.findall(r"<button(?! hidden)[^>]*\sdisabled[^>]*>", html):
        reason = re.search(r'aria-describedby="([^"]+)"', tag)
        assert reason and f'id="{reason[1]}"' in html, tag


@pytest.mark.browser
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(kit_tab: Any, address: str) -> None:
    kit_tab.bodies[address] = kit_data.render(address)
    kit_tab.complaints.clear()
    kit_tab.emulate_media(color_scheme="light")
    kit_tab.goto(f"http://kit.test{address}")
    found = axe_findings(kit_tab)
    assert not kit_tab.complaints, kit_tab.complaints
    assert not found, found


PARTIALS = [
    ("/", "home/home.html#strip", 'id="strip"'),
    ("/", "home/home.html#why", 'id="why"'),
    ("/exceptions/", "exceptions/list.html#rows", 'id="rows"'),
    ("/exceptions/", "exceptions/list.html#counts", 'id="counts"'),
    ("/approvals/", "approvals/list.html#decision", 'id="decision"'),
    ("/drift/one/", "drift/check.html#rows", 'id="rows"'),
    ("/ledger/account/", "ledger/account.html#rows", 'id="rows"'),
    ("/ledger/transactions/", "ledger/transactions.html#rows", 'id="rows"'),
    ("/orders/", "orders/list.html#rows", 'id="rows"'),
    ("/orders/one/", "orders/order.html#order", 'id="order"'),
    ("/events/", "events/list.html#rows", 'id="rows"'),
    ("/events/quarantine/", "events/quarantine.html#rows", 'id="rows"'),
    ("/audit/", "audit/list.html#rows", 'id="rows"'),
]


@pytest.mark.parametrize(("address", "partial", "mark"), PARTIALS)
def test_a_fragment_is_a_part_of_its_page(address: str, partial: str, mark: str) -> None:
    fragment = kit_data.render(address, partial)
    assert mark in fragment
    assert "<html" not in fragment


def test_filtered_rows_bring_their_counts_out_of_band() -> None:
    fragment = kit_data.render("/exceptions/", "exceptions/list.html#rows", oob=True)
    assert '<div id="counts" hx-swap-oob="true">' in fragment
    assert "hx-swap-oob" not in kit_data.render("/exceptions/")


def test_a_bulk_act_names_every_case_before_and_after() -> None:
    row = {"ref": "C-1", "href": "/c/", "title": "t", "contribution": kit_data.work.amount(-100)}
    base = {"title": "Assign 1 case", "nets": [row["contribution"]], "act_label": "Assign 1 case", "key": "k"}
    before = kit_data.render("/kit/", "exceptions/bulk.html", **base, rows=[{**row, "outcome": "will"}])
    assert "−1.00 ETB" in before
    assert ">Assign 1 case</button>" in before
    done = {**base, "done": True, "rows": [{**row, "outcome": "refused", "says": "held, security"}]}
    assert "held, security" in kit_data.render("/kit/", "exceptions/bulk.html", **done)


def test_what_a_reader_may_not_open_is_not_in_the_side_bar() -> None:
    shell = {**kit_data.SHELL, "pages": {"home"}}
    html = kit_data.render("/kit/", shell=shell)
    assert "Drift heartbeat" in html
    assert "Operations review" not in html


def test_text_from_outside_is_shown_and_not_run() -> None:
    evil = '<img src=x onerror=alert(1)>" hx-get="/x'
    case = {**kit_data.queue.exceptions()["cases"][0], "title": evil, "payment_id": evil, "owner": evil}
    html = kit_data.render("/exceptions/", cases=[case])
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
    assert 'hx-get="/x' not in html


def test_vendored_files_are_what_their_list_says() -> None:
    listed = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.M)
    assert len(listed) == 5
    for name, digest in listed:
        assert sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
