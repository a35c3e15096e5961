"""Add a receiver: a name that rules may use, and where it is reached. The address is sealed and shown never again."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput
from reconciliation.oversight.escalation.addresses import read_address
from reconciliation.oversight.escalation.carriers import host_of
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.oversight.escalation.rules import KEY
from reconciliation.permissions import Permission, require
from reconciliation.provider.sealing import seal
from reconciliation.provider.signatures.keys import base64_keys

SHORTEST_KEY, MOST = 24, 50


@dataclass(frozen=True, slots=True)
class Added:
    """`secret` is the key that a webhook's bodies are signed with, where it was made here; "" else. It is told once."""

    receiver: Receiver
    secret: str


def add_receiver(
    *, name: str, address: str, private: bool, actor: Actor, at: datetime, secret: str = ""
) -> Added:  # fmt: skip
    """`private` is this installation's leave to reach hosts inside its network. `secret`: a webhook's signing key, base64 after
    whsec_; made here when empty. Needs a tenant scope. Raises NotPermitted, ForbiddenByPolicy, BadInput naming the field."""
    require(actor, Permission.SET_UP)
    name = name.strip()
    if not KEY.fullmatch(name):
        raise BadInput("a name is 2 to 41 lower-case letters, digits and hyphens, a letter first", "name")
    found = read_address(address, private=private)
    host = found.host or host_of(found, private=private)
    key, made_here = _key(found.kind, secret.strip())
    if Receiver.objects.filter(ended_at=None).count() >= MOST:
        raise BadInput(f"{MOST} receivers stand already: end one that no rule names", "name")
    facts = {"receiver": name, "kind": found.kind, "host": host} | by(actor)
    decided = record_decision(Move("setting.receiver", facts), at=at, subjects=[name])
    try:
        with atomic():
            made = Receiver.objects.create(
                name=name, kind=found.kind, host=host, sealed=seal(json.dumps({"address": found.text, "secret": key})),
                added_at=at, added_by=actor.id, decision_id=decided.id,
            )  # fmt: skip
    except IntegrityError as error:
        if constraint_of(error) != "receiver_name_stands_once":
            raise
        raise BadInput(f"a receiver is named {name} already", "name") from error
    audit.record(
        actor, at, "receiver.added", name, policy_version=decided.decision.policy_version, kind=found.kind, host=host
    )
    return Added(made, key if made_here else "")


def _key(kind: str, secret: str) -> tuple[str, bool]:
    """The signing key, and whether it was made here."""
    if kind != "webhook":
        if secret:
            raise BadInput("only a webhook is signed", "secret")
        return "", False
    if not secret:
        return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}", True
    usable = base64_keys([secret])
    if not usable or len(usable[0][1]) < SHORTEST_KEY or len(secret) > 200:
        raise BadInput(f"a signing key is at least {SHORTEST_KEY} bytes in base64, usually after whsec_", "secret")
    return secret, False
