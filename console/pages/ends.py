"""How a case may end: the menu that ends one, what its class asks for, and the page of all classes."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.pages.links import Link, link
from console.pages.queue_links import here
from console.pages.words import plural
from ledger.actors import Actor
from reconciliation.cases.available_actions import roles_with
from reconciliation.cases.ended_counts import EndedCount
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import Asked
from reconciliation.cases.resolutions import CODES, ENDS, OTHER, ends_by_hand
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.permissions import Permission, allowed
from reconciliation.recovery.runs.open_gaps import open_gaps

HOURS = 3600
DAYS = 30


def resolve_menu(
    case: ExceptionCase, actor: Actor, why_not: str, to: Link, *, key: str, query: Mapping[str, str]
) -> dict[str, Any] | None:
    """The menu of templates/exceptions/parts/resolve.html, None where the act is not available. A key opens it; nothing is
    sent by one. query: of the list that the case was opened from. One query where the case names a payment."""
    codes = () if why_not else ends_by_hand(case.exception_class, held=case.held)
    if not codes:
        return None
    signs = allowed(actor, Permission.SIGN_OFF)
    offered = [code for code in codes if signs or not CODES[code].sign_off]
    left_out = ", ".join(CODES[code].words for code in codes if code not in offered)
    return {
        "href": link("case-resolve", case.number, **query), "key": key, "seen": case.state,
        "codes": [{"value": code, "label": f"{CODES[code].words}: {CODES[code].says}"} for code in offered],
        "left_out": left_out,
        "why_few": _why_few(case.exception_class, left_out) if offered == [OTHER] else "",
        "gaps": _in_recovery(case, to),
        "bank": case.plane_pair == "ledger-bank",
    }  # fmt: skip


def _why_few(exception_class: str, left_out: str) -> str:
    """To whoever is offered nothing but other."""
    return (
        f"A case of the class {CLASSES[exception_class].words} ends by itself when a run finds its difference gone. What may be"
        f" said of it by hand ({left_out}) is signed by the role {roles_with(Permission.SIGN_OFF)}; only “other” is left to you."
    )


def _in_recovery(case: ExceptionCase, to: Link) -> list[dict[str, str]]:
    """The gaps of its payment in the recovery runs that stand open: {ref, href|""}."""
    found = open_gaps(payment_id=case.payment_id) if case.payment_id else []
    return [{"ref": f"RR-{g.run}, gap G-{g.gap}", "href": to("recovery-run", g.run, gap=g.gap)} for g in found]


def meaning_context(case: ExceptionCase, to: Link) -> dict[str, Any]:
    """What templates/exceptions/parts/meaning.html names."""
    meant = CLASSES[case.exception_class]
    hold = "none by hand until its incident is released; it ends when its difference is gone"
    return {"meaning": _meaning(case.exception_class) | {
        "desk": _desk(case),
        "by_hand": ", ".join(CODES[c].words for c in ends_by_hand(case.exception_class, held=case.held)) or hold,
        "href": f"{to('case-classes')}#{case.exception_class}", "words": meant.words,
    }}  # fmt: skip


def _desk(case: ExceptionCase) -> str:
    """The class's desk; of what is wrong in our own books or sent by nobody, the desk that puts it right."""
    return {3: "finance", 4: "security"}.get(case.cause or 0, CLASSES[case.exception_class].owner)


def classes_context(counts: Sequence[EndedCount]) -> dict[str, Any]:
    """templates/exceptions/classes.html. counts: ended in the last 30 days, by class and code."""
    ended = sum(c.count for c in counts)
    other = sum(c.count for c in counts if c.code == OTHER)
    share = f", {100 * other // ended} %" if ended else ""
    return {
        "sub": f"A closed list; classes are never merged. In {DAYS} days {plural(ended, 'case')} ended, "
               f"{other:,} of them as other{share}.",
        "classes": [_row(name, [c for c in counts if c.exception_class == name]) for name in CLASSES],
    }  # fmt: skip


def _row(name: str, counts: Sequence[EndedCount]) -> dict[str, Any]:
    ended = [
        {"words": CODES[c.code].words, "count": c.count, "href": here(Asked(exception_class=name, state="resolved", code=c.code))}
        for c in counts
    ]  # fmt: skip
    by_hand = [CODES[c].words + (" (a controller signs)" if CODES[c].sign_off else "") for c in ends_by_hand(name)]
    by_itself = [CODES[c].words for c in ENDS[name] if c not in ends_by_hand(name)]
    return _meaning(name) | {
        "name": name, "words": CLASSES[name].words, "severity": CLASSES[name].severity, "ended": ended,
        "by_hand": by_hand, "by_itself": by_itself, "href": here(Asked(exception_class=name)),
    }  # fmt: skip


def _meaning(name: str) -> dict[str, Any]:
    meant = CLASSES[name]
    return {
        "failure": meant.failure, "evidence": meant.evidence, "desk": meant.owner, "auto": meant.auto,
        "escalation": meant.escalation, "sign_off": meant.sign_off, "due": f"{int(meant.due.total_seconds()) // HOURS} h",
    }  # fmt: skip


__all__ = ["classes_context", "meaning_context", "resolve_menu"]
