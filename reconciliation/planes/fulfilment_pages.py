"""The rules of fulfilment in force, as the settings, an order's page and a run take them."""

from datetime import datetime
from typing import cast

from reconciliation.commerce.models import Order
from reconciliation.planes.fulfilment import Condition, Rule, rule_of
from reconciliation.planes.models import FulfilmentRule


def fulfilment_in_force(at: datetime) -> list[FulfilmentRule]:
    """The newest of each rail and asset, those for any first. One query."""
    newest = FulfilmentRule.objects.filter(active_from__lte=at).order_by("rail", "asset_id", "-active_from", "-id")
    found = list(newest.distinct("rail", "asset_id"))
    return sorted(found, key=lambda r: (r.rail, r.asset_id or ""))


def rules_at(at: datetime) -> list[Rule]:
    """The same as rules to judge by. One query."""
    return [Rule(r.id, r.rail, r.asset_id or "", cast("Condition", r.fulfil_on)) for r in fulfilment_in_force(at)]


def rule_for(order: Order, at: datetime) -> Rule | None:
    """What would fulfil the order by rule, None when only a person may. One query."""
    return rule_of(order.rail, order.asset, rules_at(at))
