"""POST of a signed JSON body to a webhook, in the form of Standard Webhooks. The host is resolved once and that address is spoken
to; addresses inside our network are refused; nothing is redirected; the answer's body is left unread."""

import http.client
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from reconciliation.oversight.escalation.errors import NeverSent, NotSent
from reconciliation.oversight.escalation.message import Message
from reconciliation.provider.polling.http_get import Host, connected
from reconciliation.provider.polling.listing import PollFailed
from reconciliation.provider.signatures.standard import sign_standard


def post_signed(url: str, secret: str, message: Message, *, private: bool, at: datetime) -> None:
    """Sent when the answer is 2xx. Raises NotSent, NeverSent (not over TLS, or inside our network)."""
    parts, seconds = urlsplit(url), str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json", "User-Agent": "Plumbline", "webhook-id": message.message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": sign_standard(message.message_id, seconds, message.body, secret),
    }  # fmt: skip
    try:
        connection = connected(Host(url, "", private))
        try:
            connection.request("POST", parts.path or "/", body=message.body, headers=headers)
            with connection.getresponse() as answer:
                status = answer.status
        finally:
            connection.close()
    except PollFailed as failure:
        raise NeverSent(f"{parts.hostname}: {failure.code.replace('_', ' ')}") from failure
    except (OSError, UnicodeError, ssl.SSLError, http.client.HTTPException) as error:
        raise NotSent(f"{parts.hostname}: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise NotSent(f"{parts.hostname} answered {status}")
