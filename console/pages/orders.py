"""The pages of orders as templates take them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import due, is_overdue
from console.endpoint_forms import FULFIL_ON
from console.pages.links import Link, link, links_for
from console.pages.order_frozen import frozen_words
from console.pages.paging import pager
from console.pages.written import amount
from console.templatetags.money import figure
from ledger.actors import Actor
from ledger.keyset import Page
from reconciliation.approvals.inbox import open_request_about
from reconciliation.cases.available_actions import who_may
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.rules import COMMERCE_BY_HAND, Decision, Move
from reconciliation.commerce.apply_moves import OrderStep
from reconciliation.commerce.by_hand import facts_of
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.commerce.move_kind import KIND
from reconciliation.commerce.order_pages import WholeOrder
from reconciliation.commerce.rules import REASONS, STATES, choices
from reconciliation.lookup.bare_notes import bare_notes
from reconciliation.permissions import Permission, allowed
from reconciliation.planes.fulfilment import Rule
from reconciliation.recovery.runs.open_gaps import OpenGap

STATE_WORDS = {"open": "Open", "fulfilled": "Fulfilled", "refunded": "Refunded", "disputed": "Disputed"}
HEADLINES = {"fulfilled": "was fulfilled", "refunded": "was refunded", "disputed": "is disputed"}
SOURCE_WORDS = {"rule": "By rule", "matcher": "By matcher"}
RULE_WORDS = {f"FULFILLED_ON_{on.upper()}": f"its rule fulfils on {words}" for on, words in FULFIL_ON.items()}
ADDS = {"automatic": "", "approval": " (others approve it)", "forbidden": " (forbidden)"}
DOORS = {"api": "the API", "csv": "a file"}


def orders_page(page: Page[Order], asked: Mapping[str, str]) -> dict[str, Any]:
    """templates/orders/list.html"""
    states = [{"value": s, "label": STATE_WORDS[s], "on": s == asked["state"]} for s in STATES]
    return {
        "sub": "What was sold, and what is expected for it. Newest first. Search takes the beginning of an order id, "
        "a payment id or a merchant reference.",
        "filters": {"href": reverse("orders"), "q": asked["q"], "states": states, "set": bool(asked["q"] or asked["state"])},
        "rows": [_row(o) for o in page.rows],
        "page": pager(page, [str(o.public_id) for o in page.rows], asked),
    }  # fmt: skip


def _row(o: Order) -> dict[str, Any]:
    return {
        "key": o.order_ref, "ref": o.order_ref, "href": reverse("order", args=[o.order_ref]), "state": o.state,
        "reference": o.merchant_reference, "placed_at": o.placed_at, "due_at": o.due_at if o.state == "open" else None,
        "rail": o.rail, "network": o.network, "payment_id": o.payment_id, "payment_href": _payment(o),
        "amount": amount(o.expected_minor, o.asset), "source": DOORS[o.source], "recorded_at": o.recorded_at,
    }  # fmt: skip


def _payment(o: Order) -> str:
    return link("payments", q=o.payment_id) if o.payment_id else ""


def order_page(
    found: WholeOrder, rule: Rule | None, *, actor: Actor, at: datetime, key: str, gaps: Sequence[OpenGap] = ()
) -> dict[str, Any]:
    """templates/orders/order.html. `rule` is what would fulfil the order; `gaps` are its own in recovery runs that stand open."""
    o, to = found.order, links_for(actor)
    told = _told(o, actor, at) if allowed(actor, Permission.MOVE_ORDER) else {}
    frozen = next((d for d in told.values() if d.frozen), None)
    last = found.moves[0] if found.moves else None
    in_ledger = allowed(actor, Permission.VIEW_LEDGER) and o.payment_id
    bare = bare_notes([m.note for m in found.moves], at=at)
    return {
        "list_href": reverse("orders"),
        "order": _row(o) | {
            "headline": _headline(o, at), "due_at": o.due_at, "overdue": o.state == "open" and is_overdue(o.due_at, at),
            "since": last.at if last else o.placed_at, "since_says": _who(last, found.names) if last else "as it was placed",
            "rule": f"fulfilled on {FULFIL_ON[rule.fulfil_on]}" if rule else "no rule fulfils it",
            "decision": _clause(o.decision), "metadata": sorted(o.metadata.items()),
            "ledger_href": link("ledger-transactions", q=o.payment_id) if in_ledger else "",
        },
        "moves": [_move(m, found.names, bare) | _asked_for(m, found.asked, to) for m in found.moves],
        "form": _form(o, key, told) if told and not frozen else None,
        "frozen": frozen_words(o.order_ref, frozen, gaps, to),
        "read_only": who_may(Permission.MOVE_ORDER, actor),
        "waits": _waits(o) if allowed(actor, Permission.VIEW_REQUESTS) else None,
    }  # fmt: skip


def _headline(o: Order, at: datetime) -> str:
    if o.state != "open":
        return HEADLINES[o.state]
    expected = figure(amount(o.expected_minor, o.asset))
    return f"still waits for {expected}, {due(o.due_at, at)}" if is_overdue(o.due_at, at) else f"waits for {expected}"


def _who(m: OrderMove, names: Mapping[str, str]) -> str:
    return SOURCE_WORDS.get(m.source) or f"by hand, {names.get(m.actor, m.actor)}"


def _clause(decision: Any) -> str:
    return f"{decision.policy} v{decision.policy_version}, clause {decision.rule}"


def _move(m: OrderMove, names: Mapping[str, str], bare: set[str]) -> dict[str, Any]:
    by_hand = m.source == "operator"
    known = REASONS.get(m.reason_code)
    said = known.words if known else RULE_WORDS.get(m.reason_code, m.reason_code)
    return {
        "at": m.at, "tone": "k" if by_hand else "", "from": m.from_state, "to": m.to_state, "note": m.note, "leans": m.note in bare,
        "actor": names.get(m.actor, m.actor) if by_hand else SOURCE_WORDS[m.source],
        "role": m.role.replace("_", " ") if by_hand else m.actor, "reason": said, "code": m.reason_code,
        "ticket": m.ticket, "decision": _clause(m.decision),
    }  # fmt: skip


def _asked_for(m: OrderMove, asked: Mapping[int, tuple[int, str]], to: Link) -> dict[str, Any]:
    """Of a move that others approved: who asked for it."""
    number, by = asked.get(m.decision_id, (0, ""))
    return {"asked": {"ref": f"CR-{number}", "href": to("approval", number), "by": by} if number else None}


def _told(o: Order, actor: Actor, at: datetime) -> dict[str, Decision]:
    """What policy says of each state that the order can go to."""
    return {to: _asked(o, to, actor, at) for to, _ in choices(o.state)}


def _form(o: Order, key: str, told: Mapping[str, Decision]) -> dict[str, Any]:
    """What a person can do with the order as it stands. One choice says where it goes and why: no pair can be wrong."""
    options = [
        {"value": f"{to} {code}", "label": f"{STATE_WORDS[to]}: {REASONS[code].words}{ADDS[told[to].outcome]}"}
        for to, codes in choices(o.state)
        for code in codes
    ]
    said = dict.fromkeys(f"{d.policy_version}, clause {d.rule}: {d.reason}" for d in told.values())
    return {"href": reverse("order-move"), "key": key, "seen": o.state, "options": options, "policy": " ".join(said)}


def _asked(o: Order, to: str, actor: Actor, at: datetime) -> Decision:
    """What policy says of the move, whatever reason and ticket are given with it."""
    step = OrderStep(o.id, o.state, to, "any", "any", "", "")
    return ask(Move(COMMERCE_BY_HAND, facts_of(o, step, actor), o.payment_id), at)


def _waits(o: Order) -> dict[str, str] | None:
    """The request that waits about the order, if there is one."""
    found = open_request_about(KIND, o.order_ref)
    if found is None:
        return None
    said = f"{found.title.removesuffix(o.order_ref).strip()}, by {found.made_by_label}"
    return {"ref": str(found), "href": reverse("approval", args=[found.number]), "says": said}
