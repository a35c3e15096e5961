"""A receiver as somebody asks for it: its name, where it is reached, and the key that its webhook is signed with. What is sealed
here is never shown; `masked` is what whoever decides about it sees."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass

from reconciliation.errors import BadInput
from reconciliation.oversight.escalation.addresses import read_address
from reconciliation.oversight.escalation.carriers import reached
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.oversight.escalation.rules import KEY
from reconciliation.provider.sealing import seal
from reconciliation.provider.signatures.keys import base64_keys

SHORTEST_KEY, MOST = 24, 50


@dataclass(frozen=True, slots=True)
class Asked:
    """`sealed` holds address and key. `secret` is the key where it was made here, told once; "" else."""

    name: str
    kind: str
    host: str
    masked: str
    sealed: bytes
    secret: str


def asked_receiver(*, name: str, address: str, secret: str, private: bool) -> Asked:
    """`private` is this installation's leave to reach hosts inside its network. `secret`: a webhook's signing key, base64 after
    whsec_; made here when empty. Needs a tenant scope. Raises BadInput naming the field."""
    name = name.strip()
    if not KEY.fullmatch(name):
        raise BadInput("a name is 2 to 41 lower-case letters, digits and hyphens, a letter first", "name")
    found = read_address(address, private=private)
    host, masked = reached(found, private=private)
    key, made_here = _key(found.kind, secret.strip())
    if Receiver.objects.filter(ended_at=None).exclude(name=name).count() >= MOST:
        raise BadInput(f"{MOST} receivers stand already: end one that no rule names", "name")
    sealed = seal(json.dumps({"address": found.text, "secret": key}))
    return Asked(name, found.kind, host, masked, sealed, key if made_here else "")


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
