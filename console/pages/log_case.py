"""What the page of a case says where the provider plane itself is the matter: the two sides of a gap or of a type that nothing
reads, and what was tried of a confirmation that failed."""

from datetime import datetime
from typing import Any

from console.display import moment, money
from console.pages.links import Link
from console.pages.words import plural
from ledger.assets import EXPONENTS
from reconciliation.cases.models import ExceptionCase

WORDS = {"word": "Status or type", "event": "Event", "payment": "Id at the provider", "order": "Order"}
IDS = frozenset({"event", "payment", "order"})
ADAPTERS = {"file": "a file of the provider's own export", "http": "asking the provider"}
Row = dict[str, Any]


def own_facts(case: ExceptionCase) -> dict[str, Any]:
    """The facts that say otherwise than those of a run across the planes; {} for a case that such a run opened."""
    evidence = case.evidence
    if case.kind == "confirmation_failed":
        state, attempts, _, asked = evidence["confirmation"]
        tried = "given up" if state == "dead" else "refused, tried again"
        return {
            "account": evidence["endpoint"], "payee": f"reference {case.reference}",
            "day_says": f"asked {_at(asked)}", "says": f"{tried} after {plural(attempts, 'attempt')}",
        }  # fmt: skip
    if case.plane_pair != "provider-log":
        return {}
    poll = evidence["poll"]
    told = f"named by a poll first {_at(poll[0])}, last {_at(poll[1])}" if poll else "seen in the log"
    return {
        "account": evidence["endpoint"], "payee": case.reference or "no reference",
        "day_says": f"by {ADAPTERS[poll[2]]}" if poll else "no poll is needed to see it", "says": told,
    }  # fmt: skip


def log_sides(case: ExceptionCase, left: str, right: str, to: Link) -> dict[str, Any]:
    """What templates/exceptions/parts/sides.html names. Each side leads to the list that it stands in."""
    listed, logged = case.evidence["listed"], case.evidence["logged"]
    rows = [_row(name, label, listed, logged) for name, label in WORDS.items()]
    rows += [_compared("Time", _when(listed), _when(logged)), _compared("Amount", _sum(listed), _sum(logged))]
    rows = [row for row in rows if row["left"] or row["right"]]
    rows.sort(key=lambda row: ("differs", "equal", "one_sided").index(row["verdict"]))
    differing = sum(row["verdict"] == "differs" for row in rows)
    if listed and logged:
        says = f"{plural(differing, 'field differs', 'fields differ')}" if differing else "no field differs"
    else:
        says = "one side alone"
    at = case.evidence["endpoint_id"]
    if case.kind == "unknown_type":
        heads = (
            _head(left, None, "no listing says what it is"),
            _head(right, logged, "", to("events", view="unclassified", endpoint=at)),
        )
    else:
        gaps = to("event-gaps", endpoint=at)
        heads = _head(left, listed, "not listed", gaps), _head(right, logged, "not in the log")
    return {
        "says": f"{says}; as the last run saw it", "left": heads[0], "right": heads[1], "rows": rows, "group": [], "sums": [],
    }  # fmt: skip


def _head(title: str, side: Row | None, none: str, href: str = "") -> Row:
    return {"title": title, "under": (side["event"] or side["payment"] or "no id") if side else none, "href": href}


def _row(name: str, label: str, listed: Row | None, logged: Row | None) -> Row:
    return _compared(label, (listed or {}).get(name, ""), (logged or {}).get(name, ""), is_id=name in IDS)


def _compared(field: str, left: str, right: str, *, is_id: bool = False) -> Row:
    verdict = "one_sided" if not left or not right else "equal" if left == right else "differs"
    return {"field": field, "left": left, "right": right, "verdict": verdict, "word": "", "is_id": is_id}


def _when(side: Row | None) -> str:
    return _at(side["at"]) if side and side["at"] else ""


def _sum(side: Row | None) -> str:
    if not side or side["amount"] is None:
        return ""
    return f"{money(side['amount'], EXPONENTS[side['asset']])} {side['asset']}"


def _at(text: str) -> str:
    return f"{moment(datetime.fromisoformat(text))} UTC"
