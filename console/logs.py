"""Logging: one JSON object a line on stderr, so that commands keep stdout for their answer. Every line carries the tenant whose
scope is open and what was bound for the request or job at hand; nothing that is secret leaves by it."""

import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

# By its name a field is secret; by its form a text is. The address of an endpoint is what a forger would need first.
SECRET_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|secret|token|authorization|cookie|sessionid|api_?key|signing_?key|private_?key|sealed|signature"
    r"|csrfmiddlewaretoken|dsn)(?:$|_)|(?:^|_)(?:database|redis|broker)_url$",
    re.I,
)
SECRET_TEXT = re.compile(
    r"(?P<kept>/hooks/|/password/reset/key/|bearer\s+|whsec_|\bpl_|\w+://[^\s:/@]*:)[^\s/'\"@&]+|(?P<pair>\b(?:password|token|secret)=)[^\s&'\"]+",
    re.I,
)
HIDDEN = "[hidden]"


def hide_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Blank what a field's name or a text's form calls secret, however deep it lies."""
    return {name: HIDDEN if SECRET_NAME.search(name) else _plain(value) for name, value in event.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET_TEXT.sub(lambda found: f"{found['kept'] or found['pair']}{HIDDEN}", value)
    if isinstance(value, dict):
        return {k: HIDDEN if SECRET_NAME.search(str(k)) else _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v) for v in value]
    return value if isinstance(value, (bool, int, float, type(None))) else _plain(str(value))


def add_tenant(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The tenant of the open scope. Settings load this file before the product's packages can be imported."""
    tenancy = sys.modules.get("ledger.tenancy")
    if tenancy is not None and hasattr(tenancy, "scope_is_open") and tenancy.scope_is_open():
        event.setdefault("tenant_id", tenancy.current_tenant())
    return event


def drop_request(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Django hands its request over; its text is the address as it was typed. The route is bound already."""
    event.pop("request", None)
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    drop_request,
    add_tenant,
    hide_secrets,
]


def configure(level: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING, so that both kinds of logger write the same lines."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django adds its own console handler to this logger, which would print plain text beside the JSON.
        # Below these levels the libraries write down what they send, and where to: an address of a receiver is a secret.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "apprise": {"level": "WARNING"},
            "urllib3": {"level": "INFO"},
        },
    }
