"""Add a signing key to an endpoint. The keys before it stand until they are ended, so that a rotation loses nothing."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.provider.models import Endpoint, EndpointKey
from reconciliation.provider.sealing import seal
from reconciliation.provider.signatures.keys import base64_keys, hex_keys, utf8_keys

FORMS = {"standard": base64_keys, "adyen": hex_keys}
SHAPES = {"standard": "base64, usually after whsec_", "adyen": "hexadecimal, 32 bytes"}
SHORTEST, LONGEST = 8, 1024
MOST = 5


def add_key(*, endpoint_id: int, secret: str, actor: Actor, at: datetime) -> EndpointKey:
    """Store the secret sealed; its last four characters tell it apart. Needs a tenant scope.

    Raises NotPermitted, NotFound (no such standing endpoint), BadInput."""
    require(actor, Permission.SET_UP)
    endpoint = Endpoint.objects.select_for_update().filter(id=endpoint_id, ended_at=None).first()
    if endpoint is None:
        raise NotFound(f"no open endpoint has the id {endpoint_id}")
    secret = secret.strip()
    if not SHORTEST <= len(secret) <= LONGEST or not secret.isprintable():
        raise BadInput(f"a key has {SHORTEST} to {LONGEST} printable characters", "secret")
    if not FORMS.get(endpoint.scheme, utf8_keys)([secret]):
        raise BadInput(f"a key of {endpoint.scheme} is {SHAPES[endpoint.scheme]}", "secret")
    if EndpointKey.objects.filter(endpoint=endpoint, ended_at=None).count() >= MOST:
        raise BadInput(f"{MOST} keys stand already: end one that is no longer used", "secret")
    made = EndpointKey.objects.create(
        endpoint=endpoint, sealed=seal(secret), hint=secret[-4:], added_at=at, added_by=actor.id
    )
    audit.record(actor, at, "endpoint.key_added", endpoint.name, key=f"…{made.hint}")
    return made
