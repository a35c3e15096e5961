"""How many clean days open the gate, as pages show it: who set it when and why, what waits, and what another number would do."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.pages.gate import of_needed
from console.pages.links import Link
from console.pages.words import plural
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.oversight.gate_days.kind import GateWould
from reconciliation.oversight.gate_days.models import GateSetting
from reconciliation.oversight.gate_rules import NEEDED, Gate


def days_context(versions: Sequence[GateSetting], requests: Sequence[ApprovalRequest], to: Link) -> dict[str, Any]:
    """`setting` of templates/gate/gate.html. `versions` newest first; `requests` those that wait or were carried out."""
    asked = {r.decision_id: r for r in requests if r.state == ApprovalRequest.State.EXECUTED}
    waiting = next((r for r in requests if r.state == ApprovalRequest.State.OPEN), None)
    numbers = [v.needed_days for v in versions] + [NEEDED]
    return {
        "needed": numbers[0],
        "says": f"{plural(numbers[0], 'day')}, {f'version {versions[0].number}' if versions else 'as shipped'}",
        "rows": [_row(v, was, asked.get(v.decision_id), to) for v, was in zip(versions, numbers[1:], strict=False)],
        "shipped": NEEDED,
        "waits": {
            "ref": str(waiting), "href": to("approval", waiting.number), "by": waiting.made_by_label,
            "says": change_words(waiting.payload["needed"], waiting.payload["was"]),
        } if waiting else None,
    }  # fmt: skip


def change_words(needed: int, was: int) -> str:
    """ "Opens after 5 instead of 7 clean days": which of the two is less is said by the numbers' order."""
    return f"Opens after {needed} instead of {plural(was, 'clean day')}"


def gate_words(gate: Gate) -> str:
    """What the gate says in a few words: "open, 8 clean days", "shut, 2 of 7 clean days", "shut: IN-1 stands open"."""
    if gate.open:
        return f"open, {plural(gate.count, 'clean day')}"
    return f"shut, {of_needed(gate)}" + (f", and {gate.blocks[0]}" if gate.blocks else "")


def would_context(would: GateWould) -> dict[str, Any]:
    """`would` of templates/gate/gate.html: {words, now, then, opens: whether a shut gate would be open, looser}."""
    return {
        "words": change_words(would.then.needed, would.now.needed), "now": gate_words(would.now),
        "then": gate_words(would.then), "opens": would.then.open and not would.now.open,
        "looser": would.then.needed < would.now.needed, "same": would.then.needed == would.now.needed,
    }  # fmt: skip


def gate_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a request changes, for templates/approvals/parts/decision.html."""
    needed, was = payload["needed"], payload["was"]
    looser = "sooner than now" if needed < was else "later than now"
    return [
        {"label": "Clean days in a row", "before": f"{was}", "after": f"{needed}"},
        {"label": "In words", "before": "", "after": f"{change_words(needed, was)}: {looser}"},
    ]


def would_facts(would: GateWould) -> list[dict[str, str]]:
    """What it would say today, while the request waits."""
    return [{"label": "The gate today", "before": gate_words(would.now), "after": gate_words(would.then)}]


def _row(v: GateSetting, was: int, asked: ApprovalRequest | None, to: Link) -> dict[str, Any]:
    return {
        "days": v.needed_days, "was": was, "number": v.number, "since": v.active_from, "by": v.set_by, "why": v.why,
        "maker": asked.made_by_label if asked else "", "request": str(asked) if asked else "",
        "request_href": to("approval", asked.number) if asked else "",
    }  # fmt: skip
