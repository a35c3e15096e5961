"""Say which accounts a confirmed payment is recognised on. A change is a new rule; what was posted before stays."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.models import Account
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.planes.models import RecognitionRule
from reconciliation.provider.models import Endpoint


def set_recognition(
    *, endpoint_id: int, asset: str, hold: str, unapplied: str, receivable: str, actor: Actor, at: datetime
) -> RecognitionRule:
    """Accounts by code: where the provider holds the money, where it waits unapplied, the receivable that it settles.

    Needs a tenant scope. Raises NotPermitted, NotFound (no such open endpoint), BadInput naming the field."""
    require(actor, Permission.SET_UP)
    endpoint = Endpoint.objects.filter(id=endpoint_id, ended_at=None).first()
    if endpoint is None:
        raise NotFound(f"no open endpoint has the id {endpoint_id}")
    found = {a.code: a for a in Account.objects.filter(code__in=[hold, unapplied, receivable])}
    for field, code in (("hold", hold), ("unapplied", unapplied), ("receivable", receivable)):
        if code not in found:
            raise BadInput(f"no account has the code {code!r:.80}", field)
        if found[code].asset_id != asset:
            raise BadInput(f"account {code} is in {found[code].asset_id}, not in {asset:.20}", field)
    if len({hold, unapplied, receivable}) < 3:
        raise BadInput("hold, unapplied and receivable are three accounts", "unapplied")
    facts = {"endpoint": endpoint.name, "asset": asset} | by(actor)
    decided = record_decision(Move("setting.recognition", facts), at=at, subjects=[endpoint.name, asset])
    made = RecognitionRule.objects.create(
        endpoint=endpoint, asset=asset, hold=found[hold], unapplied=found[unapplied], receivable=found[receivable],
        active_from=at, set_by=actor.id, decision_id=decided.id,
    )  # fmt: skip
    audit.record(
        actor, at, "recognition.set", f"{endpoint.name} {asset}", policy_version=decided.decision.policy_version,
        hold=hold, unapplied=unapplied, receivable=receivable,
    )  # fmt: skip
    return made
