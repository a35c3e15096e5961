"""Say when orders of a rail and an asset are fulfilled by rule. A change is a new rule; what was fulfilled before stays."""

import re
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.assets import EXPONENTS
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require
from reconciliation.planes.fulfilment import CONDITIONS
from reconciliation.planes.models import FulfilmentRule

RAIL = re.compile(r"([a-z][a-z0-9_-]{0,31})?")


def set_fulfilment(*, rail: str, asset: str, fulfil_on: str, actor: Actor, at: datetime) -> FulfilmentRule:
    """`rail` and `asset` are "" for any. Needs a tenant scope. Raises NotPermitted, BadInput naming the field."""
    require(actor, Permission.SET_UP)
    if not RAIL.fullmatch(rail):
        raise BadInput("a rail is written like card or onchain, empty for any", "rail")
    if asset and asset not in EXPONENTS:
        raise BadInput(f"no asset has the code {asset:.20}", "asset")
    if fulfil_on not in CONDITIONS:
        raise BadInput(f"an order is fulfilled on {', '.join(CONDITIONS)}", "fulfil_on")
    named = f"{rail or 'any rail'} {asset or 'any asset'}"
    decided = record_decision(
        Move("setting.fulfilment", {"rail": rail, "asset": asset, "fulfil_on": fulfil_on} | by(actor)),
        at=at,
        subjects=[named],
    )
    made = FulfilmentRule.objects.create(
        rail=rail, asset_id=asset or None, fulfil_on=fulfil_on, active_from=at, set_by=actor.id, decision_id=decided.id
    )
    audit.record(
        actor, at, "fulfilment.set", named, policy_version=decided.decision.policy_version, fulfil_on=fulfil_on
    )
    return made
