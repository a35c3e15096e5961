"""What stands under deploy/, in a real Prometheus that scrapes the real application: every alert is quiet where all is well and
speaks where something is planted for it, every panel has an answer, and every name in an expression is scraped."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
import yaml

from console import health
from ledger.actors import Actor
from ledger.models import Tenant
from tests.architecture.sources import ROOT
from tests.console.metrics.planted import all_well, all_wrong
from tests.harness.prometheus import Prometheus, running
from tests.reconciliation.books import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DEPLOY = ROOT / "deploy"
RULES = [r for g in yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"] for r in g["rules"]]
ALERTS: dict[str, str] = {rule["alert"]: rule["expr"] for rule in RULES}
BOARD = json.loads((DEPLOY / "grafana/drift-heartbeat.json").read_text())
PANELS = {
    f"{panel['title']} {target['refId']}": target["expr"] for panel in BOARD["panels"] for target in panel["targets"]
}
NAME = re.compile(r"\b(?:plumbline_\w+|ledger_\w+|up)\b")
OF_THE_INSTALLATION = {"ComponentDown", "ScrapeDown"}
TOKEN = "a-token-that-only-the-scraper-has"


@dataclass
class Scraped:
    prometheus: Prometheus
    settings: Any
    sick: str
    well: str

    def speaking(self) -> dict[str, set[str]]:
        """The tenants that each alert speaks of now; "" for one that is of no tenant."""
        return {
            name: {series["metric"].get("tenant", "") for series in self.prometheus.query(expression)}
            for name, expression in ALERTS.items()
        }


@pytest.fixture
def scraped(
    acme: Tenant,
    rival: Tenant,
    maker: Actor,
    live_server: Any,
    valkey: str,
    settings: Any,
    prometheus_programs: Path,
    tmp_path: Path,
) -> Iterator[Scraped]:
    settings.REDIS_URL, settings.METRICS_TOKEN = valkey, TOKEN
    with redis.Redis.from_url(valkey) as broker:
        broker.flushall()  # heartbeats of an earlier test
    (tmp_path / "token").write_text(TOKEN)
    with time_machine.travel(NOW):
        all_well(rival.id)
        all_wrong(acme.id, maker)
        config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
        config["global"] |= {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        (job,) = config["scrape_configs"]
        job["static_configs"] = [{"targets": [live_server.url.removeprefix("http://")]}]
        job["authorization"]["credentials_file"] = str(tmp_path / "token")
        config |= {"rule_files": [str(DEPLOY / "prometheus/alerts.yml")]}
        del config["alerting"]
        (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config))
        with running(prometheus_programs, tmp_path / "prometheus.yml", tmp_path) as prometheus:
            prometheus.wait_for('up{job="plumbline"} == 1')
            prometheus.wait_for("plumbline_tenants == 2")
            yield Scraped(prometheus, settings, acme.slug, rival.slug)


def test_alerts_and_panels_against_a_real_scrape(scraped: Scraped) -> None:
    prometheus = scraped.prometheus
    found = scraped.speaking()
    silent = {name for name in ALERTS if name not in OF_THE_INSTALLATION and scraped.sick not in found[name]}
    assert not silent, "something is planted for each of these"
    nervous = {name for name in ALERTS if name not in OF_THE_INSTALLATION and scraped.well in found[name]}
    assert not nervous, "all is well there"
    assert not found["ScrapeDown"]
    assert prometheus.query(ALERTS["ComponentDown"]), "neither worker nor beat has said that it lives"

    scraped_names = set(prometheus.get("/api/v1/label/__name__/values"))
    asked = {name for text in (*ALERTS.values(), *PANELS.values()) for name in NAME.findall(text)}
    assert asked - scraped_names == set(), "an expression about a name that nobody scrapes never speaks"
    empty = [title for title, text in PANELS.items() if not prometheus.query(text.replace("$tenant", ".*"))]
    assert not empty
    assert "S4 drift heartbeat" in {panel["title"] for panel in BOARD["panels"]}
    (heartbeat,) = prometheus.query('ledger_bank_drift_santim_total{tenant="acme",account="cash"}')
    assert heartbeat["value"][1] == "250"

    health.leave_heartbeat("worker")
    health.leave_heartbeat("beat")
    prometheus.wait_for(
        'plumbline_component_up{component="beat"} == 1 and on () plumbline_component_up{component="worker"} == 1'
    )
    assert not prometheus.query(ALERTS["ComponentDown"])

    prometheus.wait_for('ALERTS{alertname="SecurityHold", alertstate="firing"}')
    loaded = [rule for group in prometheus.get("/api/v1/rules")["groups"] for rule in group["rules"]]
    assert {rule["name"]: rule["health"] for rule in loaded} == dict.fromkeys(ALERTS, "ok")
    held = next(rule for rule in loaded if rule["name"] == "SecurityHold")["alerts"][0]
    assert held["annotations"]["runbook_url"] == "https://plumbline.example/docs/runbooks/security-hold.md"
    assert held["annotations"]["summary"] == "acme: the bank settled what nobody here initiated (2 cases)"

    scraped.settings.METRICS_TOKEN = "another"
    prometheus.wait_for(ALERTS["ScrapeDown"])
    assert not prometheus.query("plumbline_gate_open"), "what was scraped before is not shown on as if it were now"


def test_promtool_finds_nothing_wrong(prometheus_programs: Path, tmp_path: Path) -> None:
    example = (DEPLOY / "prometheus/prometheus.yml").read_text()
    (tmp_path / "alerts.yml").write_bytes((DEPLOY / "prometheus/alerts.yml").read_bytes())
    (tmp_path / "prometheus.yml").write_text(
        example.replace("/etc/prometheus/plumbline-token", str(tmp_path / "token"))
    )
    (tmp_path / "token").write_text("x")
    checked = subprocess.run(
        [str(prometheus_programs / "promtool"), "check", "config", str(tmp_path / "prometheus.yml")],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(ALERTS)} rules found" in checked.stdout
