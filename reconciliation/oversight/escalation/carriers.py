"""Mail, Slack and PagerDuty, by the library that knows their shapes. It is given nothing but the address and the words: no files,
no redirects, no other service than the three."""

import logging
import re
import socket
from typing import Any
from urllib.parse import urlsplit

from apprise import NotifyType
from apprise.asset import AppriseAsset
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.pagerduty import NotifyPagerDuty
from apprise.plugins.slack import NotifySlack

from reconciliation.errors import BadInput
from reconciliation.oversight.escalation.addresses import Address
from reconciliation.oversight.escalation.errors import NeverSent, NotSent
from reconciliation.oversight.escalation.message import Message
from reconciliation.provider.polling.http_get import is_public

CARRIERS: dict[str, Any] = {"mail": NotifyEmail, "slack": NotifySlack, "pagerduty": NotifyPagerDuty}
HOSTS = {"slack": "slack.com", "pagerduty": "pagerduty.com"}
TYPES = {"follow-up": NotifyType.INFO, "notify": NotifyType.WARNING, "page": NotifyType.FAILURE}
LIMITS = {"cto": "5", "rto": "10"}
SLACK_TOKENS = re.compile(r"slack://([^@/]+@)?T[A-Z0-9]{6,}/[AB][A-Z0-9]{6,}/[A-Za-z0-9]{12,}/?.*")
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


def reached(address: Address, *, private: bool) -> tuple[str, str]:
    """The host that is shown, and the address with its secrets left out. Raises BadInput when nothing sent there could ever arrive:
    no address of its kind, a host inside a network, mail without TLS or to nobody."""
    if address.kind == "webhook":
        url = urlsplit(address.text)
        _refuse_inner(address.host, url.port or 443, private)
        return address.host, f"{url.scheme}://{url.netloc}/{_tail(url.path)}"
    carrier = _built(address, {})
    if address.kind == "slack":
        if not carrier.access_token and not SLACK_TOKENS.fullmatch(address.text):
            raise BadInput("this is no complete address of slack", "address")
        said = carrier.access_token or f"{carrier.token_a}/{carrier.token_b}/{carrier.token_c}"
        return HOSTS["slack"], f"slack://{_tail(said)}"
    if address.kind == "pagerduty":
        return HOSTS["pagerduty"], f"pagerduty://{_tail(carrier.integration_key)}"
    if not carrier.secure and not private:
        raise BadInput("mail leaves over TLS: mailtos://", "address")
    if not carrier.targets:
        raise BadInput("mail goes to somebody: ?to=name@host", "address")
    _refuse_inner(str(carrier.smtp_host), int(carrier.port), private)
    to = ", ".join(f"{person[:1]}…@{host}" for person, _, host in (mail.partition("@") for _, mail in carrier.targets))
    return str(carrier.smtp_host), f"mail to {to}"


def _tail(secret: str) -> str:
    """Enough to tell one from another, too little to use it."""
    return f"…{secret[-3:]}" if len(secret) > 12 else "…"


def _refuse_inner(host: str, port: int, private: bool) -> None:
    """A name that is not known today may be tomorrow; one that leads inside never may be told."""
    try:
        if not private:
            _require_public(host, port)
    except NeverSent as refusal:
        raise BadInput(f"{refusal}", "address") from refusal
    except NotSent:
        return


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
        raise NeverSent(f"{host} is an address inside a network")
