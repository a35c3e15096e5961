"""Where a receiver is reached, as somebody types it: which schemes there are, and what an address may ask for. The options of a
library's addresses can read files, send elsewhere or leave out TLS, so only those named here pass."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from reconciliation.errors import BadInput

KINDS = {
    "mailto": "mail", "mailtos": "mail", "slack": "slack", "pagerduty": "pagerduty", "https": "webhook", "http": "webhook"
}  # fmt: skip
OPTIONS = {
    "mail": frozenset({"to", "from", "name", "cc", "bcc", "smtp", "mode", "user", "pass", "reply"}),
    "slack": frozenset[str](), "pagerduty": frozenset({"region"}), "webhook": frozenset[str](),
}  # fmt: skip
SLACK_HOOK = re.compile(r"https://hooks\.slack\.com/services/([A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]+)/?")
LONGEST = 1000
UNKNOWN = "an address begins with mailtos://, slack://, pagerduty:// or https://"


@dataclass(frozen=True, slots=True)
class Address:
    """`text` is the secret; `host` is all that may be shown of it, "" where the library knows better."""

    kind: str
    text: str
    host: str = ""


def read_address(text: str, *, private: bool) -> Address:
    """`private` is this installation's leave to reach hosts inside its network, and a webhook on this machine without TLS.
    Raises BadInput, which never repeats the address."""
    text = text.strip()
    if not 8 <= len(text) <= LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise BadInput(f"an address has 8 to {LONGEST} ASCII characters without blanks", "address")
    if hook := SLACK_HOOK.fullmatch(text):
        text = f"slack://{hook[1]}"
    try:
        url = urlsplit(text)
        options, host = {name.lower() for name, _ in parse_qsl(url.query, keep_blank_values=True)}, url.hostname or ""
        _ = url.port
    except ValueError:
        raise BadInput(UNKNOWN, "address") from None
    kind = KINDS.get(url.scheme)
    if kind is None or not host:
        raise BadInput(UNKNOWN, "address")
    if other := sorted(options - OPTIONS[kind]):
        allowed = ", ".join(sorted(OPTIONS[kind])) or "none"
        raise BadInput(f"the option {other[0]:.20} is none of those that pass: {allowed}", "address")
    if kind != "webhook":
        return Address(kind, text)
    if url.username is not None or url.query or url.fragment:
        raise BadInput("a webhook's address holds no name, password, query or fragment", "address")
    if url.scheme == "http" and not (private and _is_here(host)):
        raise BadInput("a webhook is reached over https", "address")
    return Address(kind, text, host)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
