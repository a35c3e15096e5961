"""The pages about who may decide, as their templates take them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from console.display import money, plain
from console.pages.deciding import listed
from console.pages.entry_lines import ACTS
from console.pages.links import link
from console.pages.words import as_sentence, plural
from ledger.assets import EXPONENTS
from ledger.models import Account
from reconciliation.approvals.access import Restricts
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.who_could import Answer
from reconciliation.people.models import Person

# What may be asked for, and which of it is about an account.
MOVES = [(kind, words) for kind, words in ACTS.items()]
TOUCHING = (
    "reverse", "confirm", "repost", "book", "identify", "join", "apart", "correction.batch",
    "resolve_other", "resolve_case", "posting.post", "posting.plan", "posting.repost",
    "posting.confirm", "posting.fail",
)  # fmt: skip
CHANGED = {
    "restrict": ("open to every controller", "restricted to those who hold a right"),
    "open": ("restricted to those who hold a right", "open to every controller"),
    "give": ("no right", "holds the right"),
    "take": ("holds the right", "no right"),
}


def access_page(found: Sequence[Restricts], waiting: Sequence[ApprovalRequest]) -> dict[str, Any]:
    """templates/settings/rights.html"""
    rows = [
        {"what": f"{r.restriction}".partition(" ")[2], "of": "account" if r.restriction.account_id else "policy",
         "since": r.restriction.made_at,
         "open_href": _ask("open", r), "give_href": _ask("give", r),
         "held_by": [{"name": u.person.name, "email": u.email, "take_href": _ask("take", r, u.email)} for u in r.held_by]}
        for r in found
    ]  # fmt: skip
    asked = [{"ref": str(r), "title": r.title, "href": reverse("approval", args=[r.number])} for r in waiting]
    return {"restrictions": rows, "waiting": asked}


def _ask(change: str, r: Restricts, email: str = "") -> str:
    account = r.restriction.account
    what = f"account:{account.code}" if account else f"policy:{r.restriction.policy}"
    return link("settings-rights", what=what, change=change, email=email) + "#set-h"


def access_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a request changes, for templates/approvals/parts/decision.html."""
    before, after = CHANGED[payload["change"]]
    label = (
        f"{payload['who']} on {payload['on']} {payload['name']}"
        if payload["who"]
        else f"{payload['on']} {payload['name']}"
    )
    if payload["change"] == "restrict":
        after += "; nobody holds the right on it yet, so nobody decides about it until somebody is given it"
    return [{"label": label[:1].upper() + label[1:], "before": before, "after": after}]


def facts_of(said: Mapping[str, Any], account: Account) -> dict[str, Any]:
    """What policy would be asked about: as a request of this kind states it, with its note and its class in order."""
    return {
        "amount_minor": str(said["amount_minor"]), "asset": account.asset_id, "account": [account.code], "permitted": True,
        "noted": True, "contribution_minor": str(said["amount_minor"]),
    }  # fmt: skip


def answer_page(answer: Answer, said: Mapping[str, Any], account: Account, people: Iterable[Person]) -> dict[str, Any]:
    """What templates/settings/approvers.html shows beneath the question."""
    d = answer.decision
    maker = next((p.name for p in people if str(p.id) == said["maker"]), "")
    what = f"{ACTS[said['kind']]}, {money(said['amount_minor'], EXPONENTS[account.asset_id])} {account.asset_id}"
    asked = {
        "automatic": "nobody is asked", "forbidden": "it is forbidden",
        "approval": f"{plural(d.quorum, 'approval')} by {' or '.join(plain(r) for r in sorted(d.roles))}",
    }[d.outcome]  # fmt: skip
    could = [c for c in answer.found if c.could]
    says = (
        f"{plural(len(could), 'person', 'people')} could approve it: {listed([c.name for c in could])}."
        if could
        else NOBODY
    )
    short = len(could) < d.quorum
    return {
        "what": f"{what}, on {account}, asked for by {maker}", "policy": f"{d.policy_version}, clause {d.rule}",
        "asked": asked, "reason": d.reason, "says": says if d.outcome == "approval" else "",
        "short": short and d.outcome == "approval",
        "people": [
            {"name": c.name, "could": c.could, "role": c.way.role, "lender": c.lender,
             "why_not": as_sentence(c.way.says) if c.way.says else ""}
            for c in answer.found
        ],
    }  # fmt: skip


NOBODY = "Nobody could approve it as things stand."
