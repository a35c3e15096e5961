"""Open an endpoint: the address at which one provider account's events come in. It believes nothing before it has a key."""

import secrets
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
from reconciliation.permissions import Permission, require
from reconciliation.provider.models import Endpoint
from reconciliation.provider.signatures.registry import VERIFIERS

LONGEST = 80


def open_endpoint(*, name: str, scheme: str, actor: Actor, at: datetime) -> Endpoint:
    """The new endpoint with its token. Needs a tenant scope. Raises NotPermitted, BadInput naming the field."""
    require(actor, Permission.SET_UP)
    name = name.strip()
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise BadInput(f"an endpoint has a name of at most {LONGEST} characters", "name")
    if scheme not in VERIFIERS:
        raise BadInput(f"{scheme[:20]!r} is none of {', '.join(VERIFIERS)}", "scheme")
    try:
        with atomic():  # a refused endpoint leaves no decision either
            facts = {"endpoint": name, "scheme": scheme} | by(actor)
            decided = record_decision(Move("setting.endpoint", facts), at=at, subjects=[name])
            made = Endpoint.objects.create(
                name=name, scheme=scheme, token=secrets.token_urlsafe(32), made_at=at, made_by=actor.id,
                decision_id=decided.id,
            )  # fmt: skip
    except IntegrityError as error:
        if constraint_of(error) != "endpoint_name_is_unique":
            raise
        raise BadInput(f"there is, or was, an endpoint named {name}", "name") from error
    audit.record(actor, at, "endpoint.opened", name, policy_version=decided.decision.policy_version, scheme=scheme)
    return made
