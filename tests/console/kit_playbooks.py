"""Contexts of the pages of playbooks: the pages that ship, with cases that lead to some of them."""

from datetime import UTC, datetime
from typing import Any

from console.pages.payment_proof import HERE, HOLDS, UNPACKED
from console.pages.playbooks import alert_runbook_page, alert_runbooks_page, playbook_page, playbooks_page
from ledger.actors import Actor
from reconciliation.oversight.routing.open_cases import OpenCases
from reconciliation.oversight.routing.playbooks import playbook
from reconciliation.oversight.routing.runbooks import runbook
from reconciliation.recovery.proof.handed_out import HandOut

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
    return playbook_page(playbook("integrity"), {}, _to, RUNNER)


def alerts() -> dict[str, Any]:
    return alert_runbooks_page(_to)


def alert() -> dict[str, Any]:
    return alert_runbook_page(runbook("anchor-stale"), _to)


def proof() -> dict[str, Any]:
    at = datetime(2026, 11, 20, 15, 46, tzinfo=UTC)
    given = [HandOut(1204421, at, "auditor@meskelpay.example", "auditor", at, "9f3a" * 16, "c4e1" * 16)]
    return {
        "key": "pay_7", "payment": "pay_7", "payment_href": "/payments/one/", "href": "/payments/proof/",
        "here": "/payments/proof/",
        "holds": HOLDS, "unpacked": UNPACKED, "by_own_copy": HERE, "open": "1 case stands open about it",
        "cases": [{"ref": "C-7", "href": "/exceptions/one/", "title": "Posted before the provider confirmed"}], "given": given,
    }  # fmt: skip
