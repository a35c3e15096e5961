"""Traces, where an operator wants them: OTEL_EXPORTER_OTLP_ENDPOINT says where they go, `requirements-tracing.txt` brings the
packages. Without either the product runs the same.

A span says which route, table verb or job, how long and how it ended. Addresses, queries, statements and the words of errors
carry references, amounts and tokens, so of the attributes only those listed here leave this process."""

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any

log = logging.getLogger("plumbline.tracing")
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
KEPT = frozenset([
    "http.method", "http.request.method", "http.route", "http.status_code", "http.response.status_code", "http.scheme",
    "url.scheme", "http.flavor", "network.protocol.version", "db.system", "db.system.name", "db.operation", "db.operation.name",
    "celery.action", "celery.task_name", "celery.state", "messaging.destination", "messaging.destination.name",
    "messaging.system", "exception.type", "error.type",
])  # fmt: skip
_on = [False]


def switch_on() -> bool:
    """Start tracing in this process, once; answers whether it is on. Logs one line when it is asked for and cannot be."""
    if _on[0] or not os.environ.get(ENDPOINT):
        return _on[0]
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.celery import CeleryInstrumentor
        from opentelemetry.instrumentation.django import DjangoInstrumentor
        from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        log.warning(
            "traces are asked for and not sent: install requirements-tracing.txt",
            extra={"missing": error.name, "by": ENDPOINT},
        )
        return False
    name = os.environ.get("OTEL_SERVICE_NAME", "plumbline")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(PlainExporter(OTLPSpanExporter())))  # type: ignore[arg-type]
    trace.set_tracer_provider(provider)
    # What stands outermost must stay so: the trace is inside the line of the request.
    DjangoInstrumentor().instrument(tracer_provider=provider, is_sql_commentor_enabled=False, middleware_position=1)
    PsycopgInstrumentor().instrument(tracer_provider=provider, enable_commenter=False)
    CeleryInstrumentor().instrument(tracer_provider=provider)  # type: ignore[no-untyped-call]
    _on[0] = True
    log.info("traces are sent", extra={"service": name})
    return True


class PlainExporter:
    """An exporter in front of another, which gets spans with the attributes in KEPT alone."""

    def __init__(self, sends: Any) -> None:
        self._sends = sends

    def export(self, spans: Sequence[Any]) -> Any:
        return self._sends.export([plain(span) for span in spans])

    def shutdown(self) -> None:
        self._sends.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return bool(self._sends.force_flush(timeout_millis))


def plain(span: Any) -> Any:
    """A copy of a finished span: kept attributes, events by name and error type, no words of a status."""
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    return ReadableSpan(
        name=span.name, context=span.context, parent=span.parent, resource=span.resource, kind=span.kind,
        attributes=kept(span.attributes), links=(), status=Status(span.status.status_code),
        events=[Event(e.name, kept(e.attributes), e.timestamp) for e in span.events],
        start_time=span.start_time, end_time=span.end_time, instrumentation_scope=span.instrumentation_scope,
    )  # fmt: skip


def kept(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (attributes or {}).items() if name in KEPT}
