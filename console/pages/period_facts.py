"""A request to close or re-open a period, as the page of its decision shows it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from console.display import count, day, plain
from console.pages.periods import counted
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.periods.asked_period import REOPEN_REASONS
from reconciliation.periods.balances import CLOSING, OPENING


def period_facts(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """What changes; of a closing every item that is carried over, and the exceptions at both ends."""
    closes = payload["kind"] == "close_period"
    until = day(date.fromisoformat(payload["until_on"]))
    told = [
        (payload["period"], "open" if closes else "closed", "closed" if closes else "open again"),
        ("First open day", "", until if closes else day(date.fromisoformat(payload["first_on"]))),
    ]
    if not closes:
        told.append(("Why", "", REOPEN_REASONS.get(payload["reason_code"], payload["reason_code"])))
        told.append(("Re-opened before", "", f"{count(payload['times_before'])} times"))
        return _facts(told)
    listed = payload["checklist"]
    carried = [i for i in listed["items"] if i["count"]]
    holding = len(listed["items"]) - len(carried)
    told.append(("Checklist", "", f"{holding} of {len(listed['items'])} items hold"))
    told += [(f"Not held: {i['title']}", count(i["count"]), "; ".join(i["found"]) or "carried over") for i in carried]
    told += [_balance(b) for b in listed["balances"]]
    return _facts(told)


def _balance(b: Mapping[str, Any]) -> tuple[str, str, str]:
    pair = PAIR_WORDS.get(b["plane_pair"], plain(b["plane_pair"]))
    ends = [counted(b["counts"][n], int(b["gross"][n]), b["currency"]) for n in (OPENING, CLOSING)]
    return f"{pair}, {plain(b['class'])}: open at its start, its end", ends[0], ends[1]


def _facts(told: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "before": before, "after": after} for label, before, after in told]
