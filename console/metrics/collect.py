"""Every figure of every tenant, as Prometheus reads it. All of it or an error: half a scrape would look like health."""

import time
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from console.health import broker_answers, lives
from console.metrics.families import OF_INSTALLATION, OF_TENANT
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.oversight.figures import tenant_figures

WITHIN_SECONDS, STATEMENT_MS = 8, 4000


class TooSlow(Exception):
    """The figures could not be read in the time that a scrape has."""


class Gathered(Collector):
    """Figures that were read already; nothing is asked for while they are written out."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._families


def page(*, at: datetime) -> bytes:
    """The metrics in the text format. Raises TooSlow and whatever the database raises."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Gathered([*_of_tenants(at), *_of_installation()]))
    return generate_latest(registry)


def _of_tenants(at: datetime) -> list[GaugeMetricFamily]:
    families = {n: GaugeMetricFamily(n, f.text, labels=["tenant", *f.labels]) for n, f in OF_TENANT.items()}
    until = time.monotonic() + WITHIN_SECONDS
    count = GaugeMetricFamily("plumbline_tenants", OF_INSTALLATION["plumbline_tenants"].text)
    known = list(Tenant.objects.order_by("id").values_list("id", "slug"))
    for tenant_id, slug in known:
        if time.monotonic() > until:
            raise TooSlow(f"not read within {WITHIN_SECONDS} s")
        with tenant(tenant_id):
            for figure in tenant_figures(at=at, within_ms=STATEMENT_MS):
                families[figure.metric].add_metric([slug, *figure.labels], float(figure.value))
    count.add_metric([], len(known))
    return [*families.values(), count]


def _of_installation() -> list[GaugeMetricFamily]:
    """The database answers, or there is no page. Whether worker and beat live is unknown while the broker is silent."""
    up = GaugeMetricFamily(
        "plumbline_component_up", OF_INSTALLATION["plumbline_component_up"].text, labels=["component"]
    )
    broker = broker_answers() is None
    for name, answers in (("web", True), ("database", True), ("broker", broker)):
        up.add_metric([name], int(answers))
    for name in ("worker", "beat"):
        if broker:
            up.add_metric([name], int(lives(name) is None))
    return [up]
