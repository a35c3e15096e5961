"""Every case there can be, every alert, every escalation leads to one playbook; every playbook is led to, whole, and leads to what
exists."""

import copy
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from reconciliation.cases.plane_titles import TITLES as PLANE_TITLES
from reconciliation.cases.taxonomy import CAUSES, CLASSES
from reconciliation.errors import NotFound
from reconciliation.oversight.escalation.rules import SIGNALS
from reconciliation.oversight.routing.playbooks import SECTIONS, folder, playbook, read_page
from reconciliation.oversight.routing.routes import PLANES, ROWS, read, routes
from reconciliation.oversight.signals.catalogue import SIGNALS as COUNTED
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.quick
PAGES = {path.stem: path.read_text() for path in sorted(folder().glob("*.md")) if path.stem != "README"}
RAW = yaml.safe_load(ROWS.read_text())
ALERTS = [
    rule["alert"]
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]


@pytest.mark.parametrize(
    ("exception_class", "planes", "cause", "leads"),
    [
        ("missing_counterpart", "ledger-bank", 4, "uninitiated-debit"),
        ("duplicate_observation", "ledger-bank", 4, "uninitiated-debit"),
        ("missing_counterpart", "ledger-bank", 1, "stuck"),
        ("missing_counterpart", "provider-ledger", 5, "stuck"),
        ("timing_skew", "ledger-bank", 2, "bank-drift"),
        ("amount_mismatch", "ledger-bank", 3, "bank-drift"),
        ("unmodelled_bank_item", "ledger-bank", 6, "bank-drift"),
        ("illegal_transition", "provider-ledger", None, "settlement-drift"),
        ("illegal_transition", "commerce-provider", None, "settlement-drift"),
        ("timing_skew", "commerce-provider", None, "detection"),
        ("ambiguous_finality", "commerce-provider", None, "provider"),
        ("ambiguous_finality", "provider-log", None, "webhooks"),
        ("reference_mismatch", "commerce-provider", None, "order-and-payment"),
        ("missing_counterpart", "provider-log", None, "webhooks"),
        ("missing_counterpart", "provider-ledger", None, "settlement-drift"),
    ],
)
def test_a_case_leads_to_its_playbook(exception_class: str, planes: str, cause: int | None, leads: str) -> None:
    assert routes().of_case(exception_class, planes, cause) == leads


def test_every_case_there_can_be_leads_somewhere() -> None:
    for exception_class, planes, cause in product(CLASSES, PLANES, [None, *CAUSES]):
        assert routes().of_case(exception_class, planes, cause) in PAGES
    assert {pair for pair, _ in PLANE_TITLES} | {"ledger-bank"} == set(PLANES)


def test_every_alert_and_escalation_leads_somewhere_and_no_row_speaks_of_none() -> None:
    assert sorted(routes().alerts) == sorted(ALERTS)
    assert sorted(routes().escalations) == sorted(SIGNALS)
    assert sorted(routes().signals) == sorted(COUNTED)


def test_every_row_counts_for_some_case() -> None:
    asked = [
        next(n for n, row in enumerate(routes().cases) if row.fits(*case))
        for case in product(CLASSES, PLANES, [None, *CAUSES])
    ]
    assert set(asked) == set(range(len(routes().cases))), "a row stands below one that takes all of its cases"


def test_every_playbook_is_led_to_and_every_page_is_a_playbook() -> None:
    rows = routes()
    led = {row.playbook for row in rows.cases} | set(rows.signals.values()) | set(rows.alerts.values())
    assert led == set(rows.playbooks) == set(PAGES)
    assert set(rows.playbooks.values()) == set(rows.classes), "every class of incident has one"


@pytest.mark.parametrize("key", PAGES)
def test_a_page_is_whole_and_leads_to_what_exists(key: str) -> None:
    book, text = playbook(key), PAGES[key]
    assert tuple(book.sections) == SECTIONS
    assert len(re.findall(r"^\d+\. ", book.sections["Decision points"], re.MULTILINE)) >= 3, "decisions have an order"
    assert "<" not in text, "a page is text, no HTML"
    for address in re.findall(r"`(/[a-z/-]*)`", text):
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{address} is no page of the console")
    for command in re.findall(r"manage\.py (\w+)", text):
        assert get_commands().get(command) == "console", command
    for other in re.findall(r"\]\(([^)]+)\)", text):
        assert (folder() / other).resolve().is_file(), other


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows: rows["signals"].update(new_signal="nowhere"), "signals new_signal leads to no playbook: nowhere"),
        (lambda rows: rows["cases"].insert(0, {"cause": [9], "playbook": "stuck"}), r"case row 1: cause \[9\] is not known"),
        (lambda rows: rows["cases"].append({"planes": [], "playbook": "stuck"}), r"case row 10: planes \[\] is not known"),
        (lambda rows: rows["cases"].append({"plane": ["ledger-bank"], "playbook": "stuck"}), "case row 10: plane "),
        (lambda rows: rows["playbooks"].update(stuck="payouts"), "playbook stuck is of no incident class: payouts"),
        (lambda rows: rows.pop("alerts"), "routing has the parts"),
        (lambda rows: rows["classes"].update(other="the rest"), "the incident classes are detection"),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_are_refused_by_name(change: Any, says: str) -> None:
    rows = copy.deepcopy(RAW)
    change(rows)
    with pytest.raises(ValueError, match=says):
        read(rows)


def test_a_page_without_a_section_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "short.md"
    short.write_text(PAGES["stuck"].replace("## Failure modes", "## Failures"))
    with pytest.raises(ValueError, match=r"short\.md has the sections Objective"):
        read_page("stuck", short)
    short.write_text("No title\n\n" + PAGES["stuck"])
    with pytest.raises(ValueError, match=r"short\.md begins with its title alone"):
        read_page("stuck", short)
    with pytest.raises(NotFound):
        playbook("../runbooks/gate-shut")
