"""Contexts of the lifecycle's pages: the checkpoints that ship and one of one's own, a freeze and an override."""

from datetime import UTC, datetime
from typing import Any

from console.pages.lifecycle import signals_page, states_page, tree_page
from reconciliation.checkpoints.baseline import baseline
from reconciliation.checkpoints.freezing import Freeze
from reconciliation.checkpoints.in_force import Standing
from reconciliation.checkpoints.rules import Override
from reconciliation.oversight.lifecycle.decision_tree import Policy, decision_tree
from reconciliation.oversight.lifecycle.signal_catalogue import signal_catalogue
from reconciliation.oversight.lifecycle.state_tables import state_tables
from tests.checkpoints import checkpoint

AT = datetime(2026, 11, 20, 15, 46, tzinfo=UTC)
OWN = checkpoint(
    {"moves": ["posting.post"], "outcome": "approval", "approval": {"roles": ["controller", "policy_admin"], "quorum": 2},
     "amounts": {"ETB": {"from": "100000000"}, "USD": {"from": "1000000"}}, "when": {"provider_state": ["pending", "paid"]},
     "reason": "Large postings of what is not confirmed need two others."},
    title="Large postings of payments that their provider has not confirmed yet",
)  # fmt: skip


def _to(name: str, *args: Any, **_: Any) -> str:
    return "/".join(["", name, *map(str, args), ""])


def tree() -> dict[str, Any]:
    policies = [Policy(d["key"], n, d) for n, d in enumerate([OWN, *baseline()], 1)]
    freeze = Freeze(3, "recovery", "RR-12", AT, frozenset({"policy.override", "posting.repost"}), None, None, None)
    lifted = ((Override(7, "postings", "posting.post"), AT, AT.replace(day=21)),)
    return tree_page(decision_tree(policies), Standing("1", {}, (), lifted, {}, (freeze,)), _to, AT)


def states() -> dict[str, Any]:
    return states_page(state_tables(), _to)


def signals() -> dict[str, Any]:
    return signals_page(signal_catalogue(), _to)
