"""Mail, Slack and PagerDuty, by the library that knows their shapes. It is given nothing but the address and the words: no files,
no redirects, no other service than the three."""

import logging
import re
import socket
from typing import Any

from apprise import NotifyType
from apprise.asset import AppriseAsset
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.pagerduty import NotifyPagerDuty
from apprise.plugins.slack import NotifySlack

from reconciliation.errors import BadInput
from reconciliation.oversight.escalation.addresses import Address
from reconciliation.oversight.escalation.errors import NotSent
from reconciliation.oversight.escalation.message import Message
from reconciliation.provider.polling.http_get import is_public

CARRIERS: dict[str, Any] = {"mail": NotifyEmail, "slack": NotifySlack, "pagerduty": NotifyPagerDuty}
HOSTS = {"slack": "slack.com", "pagerduty": "pagerduty.com"}
TYPES = {"follow-up": NotifyType.INFO, "notify": NotifyType.WARNING, "page": NotifyType.FAILURE}
LIMITS = {"cto": "5", "rto": "10"}
STATUS = re.compile(r"error=(\d{3})")
log = logging.getLogger("apprise")


class _Said(logging.Handler):
    """Keeps the status of an answer out of what the library logs, and nothing else of it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status = ""

    def emit(self, record: logging.LogRecord) -> None:
        if found := STATUS.search(record.getMessage()):
            self.status = found[1]


def host_of(address: Address, *, private: bool) -> str:
    """The host that is shown. Raises BadInput when the address is none that can be sent to, or mail would go without TLS."""
    carrier = _built(address, {})
    if address.kind != "mail":
        return HOSTS[address.kind]
    if not carrier.secure and not private:
        raise BadInput("mail leaves over TLS: mailtos://", "address")
    return str(carrier.smtp_host)


def send_by_carrier(address: Address, message: Message, *, private: bool) -> None:
    """Raises NotSent."""
    carrier = _built(address, _marks(address.kind, message))
    where = HOSTS.get(address.kind) or str(carrier.smtp_host)
    if address.kind == "mail" and not private:
        _require_public(where, int(carrier.port))
    heard = _Said()
    log.addHandler(heard)
    try:
        sent = carrier.notify(title=message.title, body=message.text, notify_type=TYPES[message.severity])
    finally:
        log.removeHandler(heard)
    if not sent:
        raise NotSent(f"{where} answered {heard.status}" if heard.status else f"{where} did not take it")


def _built(address: Address, marks: dict[str, Any]) -> Any:
    kind = CARRIERS[address.kind]
    said = kind.parse_url(address.text)
    asset = AppriseAsset(app_id="Plumbline", app_desc="Plumbline", http_redirects=False, async_mode=False)
    try:
        if said is None:
            raise TypeError
        return kind(**said | LIMITS | marks, asset=asset)
    except TypeError:
        # The library's own words may hold the address.
        raise BadInput(f"this is no complete address of {address.kind}", "address") from None


def _marks(kind: str, message: Message) -> dict[str, Any]:
    """How a repetition is told: PagerDuty joins what has one key, and a mail names the message it belongs to. Slack has no such
    thing."""
    if kind == "pagerduty":
        return {"dedup": message.message_id, "click": message.link, "source": "Plumbline", "include_image": False}
    if kind == "mail":
        name = f"<{message.message_id}@plumbline>"
        return {"headers": {"References": name, "X-Plumbline-Notification": message.message_id}}
    return {"include_image": False}


def _require_public(host: str, port: int) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"{host}: {type(error).__name__}") from error
    if not all(is_public(str(entry[4][0])) for entry in found):
        raise NotSent(f"{host} is an address inside a network")
