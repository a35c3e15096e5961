"""The work of a recovery run's fifth step: the value recovered by currency, the gap at hand with what may correct it, and those
that are left."""

from collections import defaultdict
from typing import Any

from django.urls import reverse

from console.pages.links import Link
from console.pages.orders import STATE_WORDS
from console.pages.recovery_classes import who
from console.pages.recovery_scope import other_cases
from console.pages.words import in_major, new_key, plural
from console.pages.written import amount
from ledger.actors import Actor
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.commerce.models import Order
from reconciliation.commerce.rules import REASONS, choices
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.runs.correcting import AtHand, GapState, Offer
from reconciliation.recovery.runs.other_planes import OtherPlanes
from reconciliation.recovery.runs.run_pages import CLASSED, Correcting, WholeRun
from reconciliation.recovery.runs.standing import CORRECT

STATES = {
    "open": "Nothing asked for", "asked": "Waits for a decision", "look": "Carried out, not looked at since",
    "remains": "Carried out, still there", "corrected": "Corrected and seen gone", "accepted": "Accepted as it is",
}  # fmt: skip
DONE = ("corrected", "accepted")


NEXT = "What was carried out does not end it. Correct what is left, or ask for it to be accepted as it is."


def correct_work(found: WholeRun, actor: Actor, to: Link) -> dict[str, Any]:
    """templates/recovery/parts/correct.html"""
    run, work = found.standing.run, found.correcting or Correcting([], [], None, OtherPlanes([], 0))
    may = allowed(actor, Permission.CLASSIFY_GAPS) and found.standing.end is None
    count: dict[str, int] = defaultdict(int)
    for figure in work.figures:
        count[figure.state] += figure.gaps
    left = sum(n for state, n in count.items() if state not in DONE)
    base = reverse("recovery-run", args=[run.number])
    number = work.hand.gap.number if work.hand else 0
    after = [g for g in work.rows if g.number > number] or [g for g in work.rows if g.number != number]
    return {
        "states": [{"words": words, "gaps": count[s], "warn": s not in DONE} for s, words in STATES.items() if count[s]],
        "values": _values(work),
        "left": left, "total": sum(count.values()),
        "look": {"href": reverse("recovery-recheck", args=[run.number]), "key": new_key(),
                 "text": plural(count["look"] + count["remains"], "gap")}
        if may and count["look"] + count["remains"] else None,
        "rows": [_row(g, number, base, to) for g in work.rows],
        "all_href": f"{base}?all=1#left" if left > len(work.rows) else "",
        "next_href": f"{base}?gap={after[0].number}" if after else "",
        "more": left > len(work.rows),
        "beside": other_cases(run, work.beside, to),
        "gap": work.hand and _hand(found, work.hand, actor, to, may=may),
        "who": "" if may else who(Permission.CLASSIFY_GAPS),
        "verb": "Close the corrections",
    }  # fmt: skip


def _values(work: Correcting) -> list[dict[str, Any]]:
    """By currency, never added up: what the gaps are worth without their signs, and how much of it is recovered or accepted."""
    by_asset: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for figure in work.figures:
        if figure.asset:
            by_asset[figure.asset][figure.state if figure.state in DONE else "left"] += figure.value
    told = []
    for asset, said in sorted(by_asset.items()):
        total = sum(said.values())
        told.append({
            "total": amount(total, asset), "corrected": amount(said["corrected"], asset), "asset": asset,
            "accepted": amount(said["accepted"], asset), "left": amount(said["left"], asset),
            "of": total, "done": said["corrected"], "percent": f"{said['corrected'] * 100 // total if total else 0} %",
        })  # fmt: skip
    return told


def _row(g: GapState, number: int, base: str, to: Link) -> dict[str, Any]:
    payment = g.payment_id or g.payment_ref
    return {
        "ref": str(g), "href": f"{base}?gap={g.number}", "payment": payment,
        "payment_href": to("payment", payment) if payment else "",
        "reason": in_major(g.reason, g.asset), "words": CLASSES[g.exception_class].words, "state": STATES[g.state],
        "warn": g.state in ("remains", "look"), "value": amount(g.value_minor, g.asset) if g.asset else None,
        "cursor": g.number == number,
    }  # fmt: skip


def settled_list(found: WholeRun, to: Link) -> dict[str, Any]:
    """What settled each gap: {rows: [{ref, payment, payment_href, reason, words, state, requests: [{ref, href}], accepted|""}],
    first_href, next_href|""}."""
    base, rows = reverse("recovery-run", args=[found.standing.run.number]), list(found.settled)
    return {
        "rows": [_settled_row(g, base, to) for g in rows],
        "first_href": f"{base}?after=0&step={CORRECT}#settled" if found.after else "",
        "next_href": f"{base}?after={rows[-1].number}&step={CORRECT}#settled" if len(rows) == CLASSED else "",
    }  # fmt: skip


def _settled_row(g: GapState, base: str, to: Link) -> dict[str, Any]:
    return _row(g, 0, base, to) | {
        "requests": [{"ref": f"CR-{n}", "href": to("approval", n), "title": title} for n, _, title, _ in g.requests],
        "accepted": f"{g.because} Asked for by {g.asked_by}, accepted by {g.accepted_by}." if g.accepted_at else "",
    }  # fmt: skip


def _hand(found: WholeRun, hand: AtHand, actor: Actor, to: Link, *, may: bool) -> dict[str, Any]:
    g, number = hand.gap, found.standing.run.number
    payment = g.payment_id or g.payment_ref
    settled = g.state in DONE
    moves = allowed(actor, Permission.MOVE_ORDER) and found.standing.end is None and not settled
    return {
        "ref": str(g), "reason": in_major(g.reason, g.asset), "words": CLASSES[g.exception_class].words,
        "value": amount(g.value_minor, g.asset) if g.asset else None, "state": STATES[g.state], "settled": settled,
        "next": NEXT if g.state == "remains" else "", "says": in_major(g.says, g.asset), "since": g.since_at, "order": g.order_ref,
        "order_href": to("order", g.order_ref) if g.order_ref else "",
        "payment": payment, "payment_href": to("payment", payment) if payment else "",
        "requests": [{"ref": f"CR-{n}", "href": to("approval", n), "title": title, "state": state}
                     for n, _, title, state in g.requests],
        "asked": {"ref": f"CR-{g.asked}", "href": to("approval", g.asked)} if g.asked else None,
        "accepted": {"by": g.accepted_by, "asked_by": g.asked_by, "at": g.accepted_at, "because": g.because}
        if g.accepted_at else None,
        "offers": [_offer(o, number, g.number, to) for o in hand.offers] if may and not settled else [],
        "tie": {"href": reverse("recovery-tie", args=[number, g.number])} if may and not settled else None,
        "cases": [{"ref": f"C-{n}", "href": to("exception-case", n), "pair": PAIR_WORDS[pair]} for n, pair in hand.cases],
        "move": _move(hand.order, number, g) if hand.order and moves else None,
        "no_move": "" if moves or settled or not hand.order else who(Permission.MOVE_ORDER),
        "accept": {"href": reverse("recovery-accept", args=[number, g.number]), "key": new_key()}
        if may and not settled and not g.asked else None,
    }  # fmt: skip


def _offer(o: Offer, number: int, gap: int, to: Link) -> dict[str, Any]:
    return {
        "ref": f"CR-{o.number}", "number": o.number, "href": to("approval", o.number), "title": o.title, "state": o.state,
        "by": o.made_by, "tie_href": reverse("recovery-tie", args=[number, gap]),
    }  # fmt: skip


def _move(o: Order, number: int, g: GapState) -> dict[str, Any]:
    options = [
        {"value": f"{target} {code}", "label": f"{STATE_WORDS[target]}: {REASONS[code].words}"}
        for target, codes in choices(o.state)
        for code in codes
    ]
    return {
        "href": reverse("recovery-move", args=[number, g.number]), "key": new_key(), "order": o.order_ref, "seen": o.state,
        "options": options,
    }  # fmt: skip
