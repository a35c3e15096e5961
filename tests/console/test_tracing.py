"""Traces go where an operator asked for them, name the route, and carry nothing of what was asked for."""

import gzip
import logging
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from console import tracing
from console.embedded.port import next_free
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.people.issue_token import issue_token
from tests.architecture.sources import ROOT
from tests.people import SET_UP


class Receiver:
    """An OTLP/HTTP receiver: what it was sent, parsed."""

    def __init__(self) -> None:
        self.sent: list[ExportTraceServiceRequest] = []
        self.raw = b""
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                assert self.path == "/v1/traces"
                kept.raw += body
                kept.sent.append(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(ExportTraceServiceResponse().SerializeToString())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self) -> list[Any]:
        return [s for m in self.sent for r in m.resource_spans for scope in r.scope_spans for s in scope.spans]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def web(receiver: Receiver, transactional_db: None) -> Iterator[str]:
    """The real server beside this test's database, with traces switched on."""
    place = connection.settings_dict
    port = next_free(17000 + os.getpid() % 2000)
    given = {
        "DATABASE_URL": f"postgres://plumbline_app@{quote(place['HOST'], safe='')}/{place['NAME']}", "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "console.settings", "WEB_PROCESSES": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_METRICS_EXPORTER": "none",
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "-c", "python:console.gunicorn_conf", "console.wsgi"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **given}, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < until, process.stderr.read() if process.stderr else ""
            time.sleep(0.2)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)
    if process.stderr:
        process.stderr.close()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_request_is_one_trace_named_by_its_route(web: str, receiver: Receiver, acme: Tenant) -> None:
    with tenant(acme.id):
        secret = issue_token(name="core", actor=SET_UP, at=datetime.now(UTC))
    for address in ("/api/v1/payments/PAY-SECRET-77/", "/payments/PAY-SECRET-77/?q=amount-48200"):
        asked = urllib.request.Request(f"{web}{address}", headers={"Authorization": f"Bearer {secret}"})  # noqa: S310 - our own address
        try:
            urllib.request.urlopen(asked, timeout=10).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError as reply:
            reply.close()
            assert reply.code == 404
    until = time.monotonic() + 20
    while len([s for s in receiver.spans() if "payments" in s.name]) < 2:
        assert time.monotonic() < until, [s.name for s in receiver.spans()]
        time.sleep(0.1)
    found = {s.name: s for s in receiver.spans()}
    assert "GET payments/<path:key>/" in found
    (api,) = [s for name, s in found.items() if "api/v1/payments/" in name]
    of_trace = [s for s in receiver.spans() if s.trace_id == api.trace_id]
    assert {"SELECT"} <= {s.name for s in of_trace}, "what it asked of the database stands beneath it"
    assert {s.parent_span_id for s in of_trace if s is not api and s.name == "SELECT"} == {api.span_id}
    assert {a.key for s in receiver.spans() for a in s.attributes} <= tracing.KEPT
    assert {a.key: a.value.string_value for a in api.attributes}["http.route"].startswith("api/v1/payments/")
    for word in (b"PAY-SECRET", b"48200", secret.encode(), b"Bearer", b"FROM ", b"acme"):
        assert word not in receiver.raw, word
    names = {a.value.string_value for m in receiver.sent for r in m.resource_spans for a in r.resource.attributes}
    assert "plumbline" in names


def test_without_the_packages_one_line_says_so_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with caplog.at_level(logging.WARNING):
        assert tracing.switch_on() is False
    (line,) = caplog.records
    assert line.message == "traces are asked for and not sent: install requirements-tracing.txt"
    assert line.missing == "opentelemetry"


def test_nothing_is_traced_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert tracing.switch_on() is False
