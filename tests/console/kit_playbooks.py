"""Contexts of the pages of playbooks: the pages that ship, with cases that lead to some of them."""

from typing import Any

from console.pages.playbooks import playbook_page, playbooks_page
from ledger.actors import Actor
from reconciliation.oversight.routing.open_cases import OpenCases
from reconciliation.oversight.routing.playbooks import playbook

READER, RUNNER = (Actor("person", "1", frozenset({role}), role) for role in ("analyst", "controller"))
OPEN = {
    "bank-drift": [OpenCases("missing_counterpart", "ledger-bank", 2, 1_204), OpenCases("amount_mismatch", "ledger-bank", 3, 88)],
    "order-and-payment": [OpenCases("rail_or_asset_mismatch", "commerce-provider", None, 3)],
}  # fmt: skip


def _to(name: str, *args: Any, **_: Any) -> str:
    return "/".join(["", name, *map(str, args), ""])


def playbooks() -> dict[str, Any]:
    return playbooks_page(OPEN, _to)


def playbook_one() -> dict[str, Any]:
    return playbook_page(playbook("bank-drift"), OPEN, _to, READER)


def playbook_quiet() -> dict[str, Any]:
    return playbook_page(playbook("settlement-drift"), {}, _to, RUNNER)
