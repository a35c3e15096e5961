"""The work of a recovery run's fourth step: gaps by class, the gap at hand with its signs, and those that are left."""

from collections import defaultdict
from typing import Any

from django.urls import reverse

from console.pages.links import Link
from console.pages.words import in_major, new_key
from console.pages.written import amount
from ledger.actors import Actor
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.permissions import Permission, allowed, holders
from reconciliation.recovery.runs.classed import ClassedGap
from reconciliation.recovery.runs.models import RecoveryGap
from reconciliation.recovery.runs.run_pages import CLASSED, WholeRun
from reconciliation.recovery.runs.standing import CLASSIFY

KEYS = "1234567890"


def classify_work(found: WholeRun, many: bool, actor: Actor, to: Link) -> dict[str, Any]:
    run, gap = found.standing.run, found.gap
    mays = allowed(actor, Permission.CLASSIFY_GAPS) and found.standing.end is None
    later = [g for g in found.left if gap is None or g.number > gap.number]
    after = later or [g for g in found.left if gap is None or g.number != gap.number]
    base = reverse("recovery-run", args=[run.number])
    return {
        "classes": _classes(found),
        "total": {"gaps": found.gaps, "classed": found.classed, "left": found.gaps - found.classed},
        "oldest": found.oldest,
        "rows": [_gap_row(g, gap, base, to) for g in found.left],
        "many": many,
        "all_href": f"{base}?all=1#left" if found.gaps - found.classed > len(found.left) else "",
        "next_href": f"{base}?gap={after[0].number}" if after else "",
        "more": found.gaps - found.classed > len(found.left),
        "classed": classed_list(found, to, again=mays),
        "gap": gap and _at_hand(found, gap, mays, to),
        "who": "" if mays else who(Permission.CLASSIFY_GAPS),
    }


def _classes(found: WholeRun) -> list[dict[str, Any]]:
    by_class: dict[str, list[Any]] = defaultdict(list)
    for figure in found.figures:
        by_class[figure.name].append(figure)
    return [
        {
            "words": known.words,
            "gaps": sum(f.gaps for f in rows),
            "classed": sum(f.classified for f in rows),
            "left": sum(f.gaps - f.classified for f in rows),
            "owner": known.owner.capitalize(),
            "values": [amount(f.value, f.asset) for f in sorted(rows, key=lambda f: f.asset) if f.asset],
        }
        for name, known in CLASSES.items()
        if (rows := by_class.get(name))
    ]


def classed_list(found: WholeRun, to: Link, *, again: bool = False) -> dict[str, Any]:
    """The gaps that have a class: {total, rows: [{ref, href|"", payment, payment_href, reason, words, suggested|"", by, at,
    times}], first_href, next_href|""}. again: each may be given another."""
    run, rows = found.standing.run, list(found.classes)
    look = "" if found.standing.next_step == CLASSIFY else f"&step={CLASSIFY}"
    base = reverse("recovery-run", args=[run.number])
    return {
        "total": found.classed,
        "rows": [_classed_row(g, f"{base}?gap={g.number}#gap" if again else "", to) for g in rows],
        "first_href": f"{base}?after=0{look}#classed" if found.after else "",
        "next_href": f"{base}?after={rows[-1].number}{look}#classed" if len(rows) == CLASSED else "",
    }


def _classed_row(g: ClassedGap, href: str, to: Link) -> dict[str, Any]:
    payment = g.payment_id or g.payment_ref
    words, suggested = CLASSES[g.exception_class].words, CLASSES[g.suggested_class].words
    return {
        "ref": str(g), "href": href, "payment": payment, "payment_href": to("payment", payment) if payment else "",
        "reason": in_major(g.reason, g.asset), "words": words, "suggested": "" if words == suggested else suggested,
        "by": g.set_by, "at": g.set_at, "times": g.times,
    }  # fmt: skip


def _gap_row(g: RecoveryGap, at_hand: RecoveryGap | None, base: str, to: Link) -> dict[str, Any]:
    return {
        "ref": str(g),
        "href": f"{base}?gap={g.number}",
        "payment": g.payment_id or g.payment_ref,
        "payment_href": to("payment", g.payment_id or g.payment_ref) if g.payment_id or g.payment_ref else "",
        "reason": in_major(g.reason, g.asset),
        "suggested": CLASSES[g.suggested_class].words,
        "signs": f"{sum(there for _, there in g.signs)} of {len(g.signs)}",
        "ordered": None if g.ordered_minor is None else amount(g.ordered_minor, g.asset),
        "cursor": bool(at_hand and at_hand.id == g.id),
    }


def _at_hand(found: WholeRun, g: RecoveryGap, may: bool, to: Link) -> dict[str, Any]:
    given = found.given
    chosen = given[-1].exception_class if given else g.suggested_class
    return {
        "ref": str(g),
        "number": g.number,
        "reason": in_major(g.reason, g.asset),
        "value": amount(g.value_minor, g.asset) if g.asset else None,
        "signs": [{"ok": there, "text": words} for words, there in g.signs],
        "order": g.order_ref,
        "order_href": to("order", g.order_ref) if g.order_ref else "",
        "payment": g.payment_id or g.payment_ref,
        "payment_href": to("payment", g.payment_id or g.payment_ref) if g.payment_id or g.payment_ref else "",
        "events": len(g.evidence["events"]),
        "since": g.since_at,
        "suggested": CLASSES[g.suggested_class].words,
        "given": [{"words": CLASSES[c.exception_class].words, "by": c.set_by, "at": c.set_at} for c in given],
        "href": reverse("recovery-classify", args=[found.standing.run.number, g.number]),
        "key": new_key(),
        "may": may,
        "anew": bool(given),
        "choices": [
            {"name": name, "words": known.words, "key": KEYS[n], "chosen": name == chosen, "failure": known.failure}
            for n, (name, known) in enumerate(CLASSES.items())
        ],
    }


def who(permission: Permission) -> str:
    roles = " or ".join(r.replace("_", " ") for r in holders(permission) if r not in ("job", "integration"))
    return f"That needs the role {roles}."
