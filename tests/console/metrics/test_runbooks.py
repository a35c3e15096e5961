"""Every alert leads to a page, every page belongs to an alert, and what a page tells people to open or run is there."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from tests.architecture.sources import ROOT

pytestmark = pytest.mark.quick
PAGES = {path.stem: path.read_text() for path in sorted((ROOT / "docs/runbooks").glob("*.md")) if path.stem != "README"}
RULES = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
BASE = "{{ $externalLabels.runbook_base }}/"
PARTS = (
    "Symptom.",
    "What it means.",
    "First look.",
    "Causes, the likeliest first.",
    "Mitigation.",
    "Escalation.",
    "Over when.",
)


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    led = {rule["alert"]: rule["annotations"]["runbook_url"] for rule in RULES}
    assert len(led) == len(RULES) > 15
    assert {url.startswith(BASE) for url in led.values()} == {True}
    assert not [url for url in led.values() if not (ROOT / url.removeprefix(BASE)).is_file()]
    assert sorted(Path(url).stem for url in led.values()) == sorted(PAGES), "one page each"
    assert {PAGES[Path(url).stem].splitlines()[0] for url in led.values()} == {f"# {alert}" for alert in led}


def test_every_alert_says_how_grave_it_is_and_for_whom() -> None:
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "ticket"}
    assert not [rule["alert"] for rule in RULES if not rule["labels"].get("team")]
    assert not [rule["alert"] for rule in RULES if not rule["annotations"]["summary"]]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_all_its_parts_and_leads_to_what_exists(name: str) -> None:
    text = PAGES[name]
    assert [part for part in re.findall(r"^\*\*(.+?)\*\*", text, re.M) if part in PARTS] == list(PARTS)
    assert "\n1. " in text and "\n2. " in text, "causes are ranked"
    for address in re.findall(r"`(/[a-z/-]*)`", text):
        if address != "/hooks/":
            try:
                resolve(address)
            except Resolver404:
                pytest.fail(f"{address} is no page of the console")
    for command in re.findall(r"manage\.py (\w+)", text):
        assert get_commands().get(command) == "console", command
    for other in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / "docs/runbooks" / other).is_file(), other
