"""Posting rules as pages show them: each use case with its versions, and what a request would change."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.pages.links import Link
from ledger.models import Account
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.postings.models import PostingRule


def rules_page(
    versions: Sequence[PostingRule], accounts: Sequence[Account], requests: Mapping[int, ApprovalRequest],
    waiting: Sequence[ApprovalRequest], to: Link, may: bool,
) -> dict[str, Any]:  # fmt: skip
    """templates/settings/rules.html. `requests`: by the decision that a version carries; `waiting`: those not decided yet."""
    names = {str(a.id): str(a) for a in accounts}
    rules: dict[str, dict[str, Any]] = {}
    for v in versions:
        rule = rules.setdefault(v.use_case, {"use_case": v.use_case, "versions": [], "change_href": "", "waits": None})
        asked = requests.get(v.decision_id)
        rule["versions"].append({
            "number": v.number, "current": not rule["versions"], "since": v.active_from, "by": v.set_by, "note": v.note,
            "request": str(asked) if asked else "", "request_href": to("approval", asked.number) if asked else "",
            "maker": asked.made_by_label if asked else "",
            "lines": [f"{direction} {names[n]}" for n, direction in sorted(v.directions.items(), key=lambda d: d[1], reverse=True)],
        })  # fmt: skip
        if may:
            rule["change_href"] = to("settings-rules", use_case=v.use_case)
    for r in waiting:
        if r.subject in rules:
            rules[r.subject]["waits"] = {"ref": str(r), "href": to("approval", r.number), "by": r.made_by_label}
    return {"rules": list(rules.values())}


def rule_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a request changes, account by account, for templates/approvals/parts/decision.html."""
    was = dict(payload["was"])
    told = [
        {"label": d["account"] if d["account"] == d["name"] else f"{d['account']} {d['name']}",
         "before": was.pop(d["account"], "either way"), "after": d["direction"]}
        for d in payload["directions"]
    ]  # fmt: skip
    return told + [{"label": code, "before": direction, "after": "either way"} for code, direction in was.items()]
