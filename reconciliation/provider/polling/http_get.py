"""GET of one JSON answer from a host outside, as wary as an answer from outside deserves.

The host is resolved once and that address is spoken to, so that a name cannot point elsewhere between the check and the
call; addresses inside our own network are refused; nothing is redirected; size and time have limits; no message holds the
token.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.strict_json import read_object
from reconciliation.provider.polling.listing import PollFailed

MOST_BYTES = 8 * 1024 * 1024
SECONDS = 10  # for the connection, and for every piece of the answer
WHOLE_SECONDS = 60  # for one answer, however it trickles
REFUSED = {
    401: "refuses the token",
    403: "refuses the token",
    404: "knows no such address or store",
    429: "asks to slow down",
}


@dataclass(frozen=True, slots=True)
class Host:
    """Whom to ask, and as whom. `private` lets it be in our own network, and speak without TLS."""

    base_url: str
    token: str
    private: bool = False


def get_json(host: Host, path: str, query: dict[str, Any]) -> Any:
    """The answer, read strictly: numbers with a point stay texts. Raises PollFailed."""
    url = urlsplit(host.base_url)
    target = f"{url.path.rstrip('/')}{path}?{urlencode(query)}"
    headers = {"Authorization": f"token {host.token}", "Accept": "application/json", "User-Agent": "Plumbline"}
    try:
        connection = connected(host)
        try:
            connection.request("GET", target, headers=headers)
            with connection.getresponse() as answer:  # it may outlive its connection, and hold the socket
                if answer.status != 200:
                    raise PollFailed(f"status_{answer.status}", _refusal(answer.status))
                content = _read(answer)
        finally:
            connection.close()
    except (OSError, UnicodeError, http.client.HTTPException) as error:  # UnicodeError: a name that no host can have
        raise PollFailed("unreachable", f"{url.hostname}: {type(error).__name__}") from error
    try:
        # What may stand at the top of a JSON text is wider than an object; inside one the strict reader takes it.
        return read_object(b'{"answer":' + content + b"}", largest=MOST_BYTES + 32)["answer"]
    except PayloadRefused as refusal:
        raise PollFailed(
            "unreadable", f"the answer of {url.hostname} is no JSON that can be read one way only"
        ) from refusal


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return "the provider sends us elsewhere, which is not followed"
    return f"the provider {REFUSED.get(status, f'answers {status}')}"


def connected(host: Host) -> http.client.HTTPConnection:
    url = urlsplit(host.base_url)
    name, secure = url.hostname or "", url.scheme == "https"
    if not secure and not host.private:
        raise PollFailed("insecure", "a token is sent over https alone")
    port = url.port or (443 if secure else 80)
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    if not host.private and not all(is_public(str(entry[4][0])) for entry in found):
        raise PollFailed("private_host", f"{name} is an address inside a network, not a provider's")
    plain = socket.create_connection((str(found[0][4][0]), port), SECONDS)
    if not secure:
        connection = http.client.HTTPConnection(name, port, timeout=SECONDS)
        connection.sock = plain
        return connection
    try:
        wrapped = ssl.create_default_context().wrap_socket(plain, server_hostname=name)
    except BaseException:
        plain.close()
        raise
    connection = http.client.HTTPSConnection(name, port, timeout=SECONDS)
    connection.sock = wrapped
    return connection


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def _read(answer: http.client.HTTPResponse) -> bytes:
    until = time.monotonic() + WHOLE_SECONDS
    content = bytearray()
    while piece := answer.read1(64 * 1024):
        content += piece
        if len(content) > MOST_BYTES:
            raise PollFailed("too_large", f"an answer of more than {MOST_BYTES} bytes")
        if time.monotonic() > until:
            raise PollFailed("too_slow", f"an answer that takes more than {WHOLE_SECONDS} s")
    return bytes(content)
