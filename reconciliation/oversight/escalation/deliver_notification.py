"""Tell one receiver: read what it is about, send with no transaction open, and record the try. A process that dies between the two
sends again under the same message id; whoever is told twice can tell."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotFound
from reconciliation.oversight.escalation.addresses import read_address
from reconciliation.oversight.escalation.carriers import send_by_carrier
from reconciliation.oversight.escalation.errors import NeverSent, NotSent
from reconciliation.oversight.escalation.http_post import post_signed
from reconciliation.oversight.escalation.message import Message, message_of, message_of_test
from reconciliation.oversight.escalation.models import EscalationDelivery
from reconciliation.permissions import Permission, require
from reconciliation.provider.sealing import unseal

TRY = """
INSERT INTO escalation_try (delivery_id, number, at, ok, error)
SELECT %(delivery)s, 1 + count(*), %(at)s, %(error)s = '', %(error)s FROM escalation_try WHERE delivery_id = %(delivery)s
RETURNING number
"""
SENT = "SELECT EXISTS (SELECT FROM escalation_try WHERE delivery_id = %s AND ok)"


@dataclass(frozen=True, slots=True)
class Means:
    """What this installation allows and is: leave to reach hosts inside its network, and its own address for links."""

    private: bool
    console_url: str


def deliver_notification(tenant_id: int, *, delivery_id: int, means: Means, actor: Actor, at: datetime) -> None:
    """Opens scopes of its own. A test is tried once and its failure is on record; a notification that could not be sent raises
    NotSent after its try is recorded, so that it is tried again, or NeverSent, which gives it up. Raises NotPermitted, NotFound."""
    require(actor, Permission.ESCALATE)
    with tenant(tenant_id):
        delivery = EscalationDelivery.objects.filter(id=delivery_id).select_related("receiver", "notification").first()
        if delivery is None:
            raise NotFound(f"no delivery has the id {delivery_id}")
        if _sent(delivery_id):
            return
        message = _message(delivery, str(Tenant.objects.get(id=tenant_id).slug), means.console_url)
    error, never = _tried(delivery, message, means.private, at)
    with tenant(tenant_id):
        number = _recorded(delivery, error, actor, at)
    if error and delivery.notification is not None:
        raise (NeverSent if never else NotSent)(f"try {number}: {error}")


def _sent(delivery_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(SENT, [delivery_id])
        return bool(cursor.fetchone()[0])


def _message(delivery: EscalationDelivery, slug: str, console_url: str) -> Message:
    made, message_id = delivery.notification, str(delivery.message_id)
    if made is None:
        return message_of_test(
            message_id=message_id, tenant=slug, receiver=delivery.receiver.name, asked_at=delivery.asked_at,
            console_url=console_url,
        )  # fmt: skip
    return message_of(
        message_id=message_id, tenant=slug, number=made.number, rule=made.rule_key, version=made.rule_version,
        severity=made.severity, statement=made.statement, raised_at=made.raised_at, console_url=console_url,
    )  # fmt: skip


def _tried(delivery: EscalationDelivery, message: Message, private: bool, at: datetime) -> tuple[str, bool]:
    """ "" when it was sent, else why not, in words that hold no secret; and whether no further try could succeed."""
    opened = unseal(bytes(delivery.receiver.sealed))
    if opened is None:
        return "the address was sealed under a key that this installation no longer has", True
    said = json.loads(opened)
    try:
        address = read_address(said["address"], private=private)
        if address.kind == "webhook":
            post_signed(address.text, said["secret"], message, private=private, at=at)
        else:
            send_by_carrier(address, message, private=private)
    except (NotSent, BadInput) as refusal:
        return str(refusal)[:300], not isinstance(refusal, NotSent) or isinstance(refusal, NeverSent)
    return "", False


def _recorded(delivery: EscalationDelivery, error: str, actor: Actor, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TRY, {"delivery": delivery.id, "at": at, "error": error})
        (number,) = cursor.fetchone()
    about = str(delivery.notification) if delivery.notification else delivery.receiver.name
    what = "notification" if delivery.notification else "test"
    audit.record(
        actor, at, f"{what}.not_sent" if error else f"{what}.sent", about, receiver=delivery.receiver.name,
        message=str(delivery.message_id), attempt=number, error=error,
    )  # fmt: skip
    return int(number)
