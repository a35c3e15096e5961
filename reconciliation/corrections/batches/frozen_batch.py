"""The payload of a batch: bounded, whatever its size; the members stand beside it and are held against their count and digest."""

from typing import Any

from reconciliation.approvals.digest import Payload
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.batches.members import Members
from reconciliation.corrections.batches.preview import AccountTotal
from reconciliation.postings.models import PostingRule

KIND = "correction.batch"


def freeze_batch(
    case: ExceptionCase, rule: PostingRule, members: Members, totals: tuple[AccountTotal, ...]
) -> Payload:  # fmt: skip
    """Amounts as text of minor units; reason and note are still to come."""
    debits: dict[str, int] = {}
    for t in totals:
        debits[t.currency] = debits.get(t.currency, 0) + t.debits
    return {
        "kind": KIND, "use_case": rule.use_case, "rule_number": rule.number, "directions": rule.directions,
        "members": members.frozen, "case_id": case.id, "case": case.number, "currency": case.currency,
        "amount_minor": str(debits.get(case.currency, 0)), "amounts": {a: str(n) for a, n in sorted(debits.items())},
        "accounts": [
            {"account_id": t.account_id, "account": t.account, "name": t.name, "currency": t.currency,
             "now_minor": str(t.now), "after_minor": str(t.after)}
            for t in totals
        ],
    }  # fmt: skip


def policy_facts_of(payload: Payload) -> dict[str, Any]:
    """What policy may look at: amounts are the debits of all members, minor units as text by asset."""
    return {
        "use_case": payload["use_case"], "account": [a["account"] for a in payload["accounts"]],
        "asset": sorted(payload["amounts"]), "amounts": payload["amounts"],
    }  # fmt: skip
