"""Ask for a receiver: a name that rules may use, and where it is reached; or for its end. A second person decides, also where no
rule names it yet. Under a name that stands, another address takes the place of the one that is."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.tenancy import current_tenant
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.acting import by
from reconciliation.errors import NotFound, ReasonMissing
from reconciliation.oversight.escalation.addresses import read_address
from reconciliation.oversight.escalation.asked_receiver import asked_receiver
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.oversight.escalation.receiver_kind import KIND, standing_named
from reconciliation.permissions import Permission, require
from reconciliation.provider.sealing import unseal

ADD, END, LONGEST_NOTE = "RECEIVER", "RECEIVER_ENDS", 2000
NAMED = "SELECT guard.receiver_named_by(%s, %s)"


@dataclass(frozen=True, slots=True)
class AskedFor:
    """`secret` is the key that a webhook's bodies will be signed with, where it was made here; "" else. It is told once."""

    made: Made
    secret: str


def request_receiver(
    *, name: str, address: str, secret: str, note: str, private: bool, idempotency_key: str, actor: Actor, at: datetime
) -> AskedFor:  # fmt: skip
    """`private` and `secret` as `asked_receiver` takes them. Needs a tenant scope. Raises NotPermitted, BadInput naming the field,
    ReasonMissing, AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    note = _may(actor, note)
    if made := made_before(
        idempotency_key, kind=KIND, subject=name.strip(), reason_code=ADD, note=note, maker=actor.person_id
    ):  # fmt: skip
        _require_same(made, read_address(address, private=private).text)
        return AskedFor(made, "")
    asked = asked_receiver(name=name, address=address, secret=secret, private=private)
    stands = standing_named(asked.name)
    then = {"kind": asked.kind, "host": asked.host, "masked": asked.masked, "sealed": asked.sealed.decode()}
    title = f"{'Point' if stands else 'Add'} the receiver {asked.name} {'to' if stands else 'at'} {asked.host}"
    return AskedFor(_ask(asked.name, stands, then, ADD, title, note, idempotency_key, actor, at), asked.secret)


def request_receiver_end(
    *, receiver_id: int, note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:  # fmt: skip
    """Needs a tenant scope. Raises NotPermitted, NotFound (no such standing receiver), ReasonMissing, AlreadyRequested,
    KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    note = _may(actor, note)
    found = Receiver.objects.filter(id=receiver_id, ended_at=None).first()
    if found is None:
        raise NotFound(f"no standing receiver has the id {receiver_id}")
    if made := made_before(
        idempotency_key, kind=KIND, subject=found.name, reason_code=END, note=note, maker=actor.person_id
    ):  # fmt: skip
        return made
    return _ask(found.name, found, None, END, f"End the receiver {found.name}", note, idempotency_key, actor, at)


def _may(actor: Actor, note: str) -> str:
    """The trimmed note. Raises NotPermitted, ReasonMissing."""
    person_of(actor, "asks for another receiver")
    require(actor, Permission.SET_UP)
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE or "\x00" in note:
        raise ReasonMissing(f"a receiver changes with a reason, in at most {LONGEST_NOTE} characters")
    return note


def _ask(
    name: str, stands: Receiver | None, then: dict[str, Any] | None, code: str, title: str, note: str, key: str, actor: Actor,
    at: datetime,
) -> Made:  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [current_tenant(), name])
        (rule,) = cursor.fetchone()
    payload = {
        "kind": KIND, "name": name, "was": {"kind": stands.kind, "host": stands.host} if stands else None,
        "receiver_id": stands.id if stands else None, "then": then, "named_by": rule or "", "note": note,
        "asked_by": actor.id, "case": None, "case_id": None,
    }  # fmt: skip
    facts = {"receiver": name} | by(actor)
    draft = Draft(
        kind=KIND, title=title, subject=name, payload=payload, amount_minor=0, currency="", reason_code=code, note=note,
        idempotency_key=key, facts=facts,
    )  # fmt: skip
    return make_request(draft, maker=actor, at=at)


def _require_same(made: Made, address: str) -> None:
    """Raise KeyReusedForAnotherPayload for another address under the same key: it would be dropped in silence."""
    then = ApprovalRequest.objects.get(id=made.id).payload["then"]
    opened = unseal(then["sealed"].encode()) if then else None
    if opened is None or json.loads(opened)["address"] != address:
        raise KeyReusedForAnotherPayload("this form was sent before with another address; reload the page")
