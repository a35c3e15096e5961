"""Which shape, word and colour a state has. The word and the shape say it; the colour only repeats them."""

from typing import NamedTuple

from console.display import plain


class Badge(NamedTuple):
    """tone: class suffix in console.css; icon: symbol in icons.svg or ""; word: what is read."""

    tone: str
    icon: str
    word: str


VERDICT = {
    "CLEAN": Badge("clean", "check", "Clean"),
    "DRIFTED": Badge("drift", "wave", "Drifted"),
    "TIMING": Badge("info", "clock", "Timing only"),
    "UNKNOWN": Badge("unknown", "question", "Unknown"),
    "OPEN": Badge("open", "", "Open"),
}
CASE = {
    "open": Badge("open", "", "Open"),
    "assigned": Badge("open", "", "Assigned"),
    "waiting_approval": Badge("warn", "clock", "Waiting approval"),
    "resolved": Badge("clean", "check", "Resolved"),
    "snoozed": Badge("unknown", "pause", "Snoozed"),
    "reopened": Badge("info", "triangle-alert", "Reopened"),
    "held": Badge("page", "lock", "Held, security"),
}
REQUEST = {
    "open": Badge("warn", "clock", "Waits"),
    "executed": Badge("clean", "check", "Executed"),
    "rejected": Badge("drift", "x", "Rejected"),
    "expired": Badge("unknown", "clock", "Expired"),
    "withdrawn": Badge("unknown", "x", "Withdrawn"),
    "stale": Badge("drift", "triangle-alert", "Changed since asked"),
}
PLANE = {
    "detected": Badge("info", "clock", "Detected, not final"),
    "expected": Badge("info", "clock", "Not due yet"),
    "final": Badge("clean", "check", "Final"),
    "missing": Badge("drift", "triangle-alert", "Missing"),
}
VERSION = {
    "draft": Badge("open", "", "Draft"),
    "evaluate": Badge("info", "clock", "Evaluating"),
    "active": Badge("clean", "check", "Active"),
    "retired": Badge("unknown", "clock", "Retired"),
    "discarded": Badge("unknown", "x", "Discarded"),
}
SIGNAL = {
    "in": Badge("clean", "check", "in range"),
    "out": Badge("drift", "triangle-alert", "out"),
    "unknown": Badge("unknown", "question", "nothing to say"),
    "unread": Badge("unknown", "question", "not read"),
}
OVERRIDE = {
    "on": Badge("warn", "triangle-alert", "Lifted now"),
    "later": Badge("open", "clock", "Not yet"),
    "over": Badge("unknown", "clock", "Over"),
    "ended": Badge("unknown", "x", "Ended early"),
}
DECISION = {
    "automatic": Badge("open", "", "By itself"),
    "approval": Badge("info", "clock", "Approval"),
    "forbidden": Badge("drift", "x", "Forbidden"),
}
ORDER = {
    "open": Badge("open", "", "Open"),
    "fulfilled": Badge("clean", "check", "Fulfilled"),
    "refunded": Badge("info", "undo-2", "Refunded"),
    "disputed": Badge("drift", "triangle-alert", "Disputed"),
}
IMPORT = {
    "received": Badge("info", "clock", "Being read"),
    "read": Badge("warn", "clock", "Not imported yet"),
    "refused": Badge("drift", "x", "Refused"),
    "imported": Badge("clean", "check", "Imported"),
    "discarded": Badge("unknown", "x", "Discarded"),
}
FINDING = {
    "refuse": Badge("drift", "x", "Refuse"),
    "check": Badge("warn", "triangle-alert", "Check"),
    "note": Badge("info", "info", "Note"),
}
TRANSACTION = {
    "PENDING": Badge("warn", "clock", "PENDING"),
    "POSTED": Badge("clean", "check", "POSTED"),
    "FAILED": Badge("drift", "x", "FAILED"),
}
GATE = {
    "open": Badge("clean", "check", "Release open"),
    "blocked": Badge("drift", "pause", "Release blocked"),
}
CHAIN = {
    "ok": Badge("clean", "check", "Unbroken"),
    "broken": Badge("drift", "triangle-alert", "Broken"),
    "unverified": Badge("unknown", "question", "Not verified"),
}
COMPARED = {
    "differs": Badge("drift", "x", "differs"),
    "close": Badge("warn", "wave", "close"),
    "equal": Badge("clean", "check", "equal"),
    "one_sided": Badge("", "", "one side only"),
}
EVENT = {
    "created": Badge("open", "", "Created"),
    "detected": Badge("info", "clock", "Detected, not final"),
    "confirmed": Badge("clean", "check", "Confirmed"),
    "expired": Badge("unknown", "clock", "Expired"),
    "failed": Badge("drift", "x", "Failed"),
    "reverted": Badge("warn", "undo-2", "Reverted"),
    "noted": Badge("open", "", "Noted"),
    "unknown": Badge("unknown", "question", "Not classified"),
}
OUTCOME = {
    "moved": Badge("clean", "check", "Moved it"),
    "fell": Badge("warn", "undo-2", "Fell back"),
    "stood": Badge("open", "", "Changed nothing"),
    "contradicted": Badge("drift", "triangle-alert", "Contradicts"),
    "unknown": Badge("unknown", "question", "Not classified"),
}
PROVIDER = {
    "pending": Badge("open", "", "Pending"),
    "paid": Badge("info", "clock", "Paid, not final"),
    "confirmed": Badge("clean", "check", "Confirmed"),
    "expired": Badge("unknown", "clock", "Expired"),
    "failed": Badge("drift", "x", "Failed"),
}
DELIVERY = {
    "read": Badge("clean", "check", "Read"),
    "waiting": Badge("info", "clock", "Waits to be read"),
    "held": Badge("warn", "lock", "Held"),
    "released": Badge("clean", "check", "Released"),
    "set_aside": Badge("unknown", "x", "Set aside"),
}
GAP = {
    "missing": Badge("drift", "question", "Missing in the log"),
    "unknown": Badge("warn", "triangle-alert", "Unknown to the provider"),
    "status": Badge("drift", "wave", "Status differs"),
    "amount": Badge("drift", "wave", "Amount differs"),
}
INCIDENT = {
    "open": Badge("page", "lock", "Open, account frozen"),
    "released": Badge("clean", "check", "Released"),
}
RECOVERY = {
    "open": Badge("info", "clock", "Open"),
    "withdrawn": Badge("unknown", "x", "Withdrawn"),
    "stopped": Badge("unknown", "x", "Stopped"),
    "closed": Badge("clean", "check", "Closed"),
}
EVIDENCE = {
    "sealed": Badge("clean", "check", "Sealed"),
    "waiting": Badge("info", "clock", "Being sealed"),
    "failed": Badge("drift", "x", "Could not be sealed"),
}
DRAFT = {
    "open": Badge("open", "", "Draft"),
    "sent": Badge("info", "check", "Sent"),
    "dropped": Badge("unknown", "x", "Dropped"),
}
PERIOD = {
    "open": Badge("open", "", "Open"),
    "closed": Badge("clean", "lock", "Closed"),
    "reopened": Badge("warn", "clock", "Re-opened"),
    "coming": Badge("unknown", "", "To come"),
}
KINDS: dict[str, dict[str, Badge]] = {
    "verdict": VERDICT,
    "case": CASE,
    "request": REQUEST,
    "plane": PLANE,
    "order": ORDER,
    "version": VERSION,
    "override": OVERRIDE,
    "decision": DECISION,
    "import": IMPORT,
    "finding": FINDING,
    "transaction": TRANSACTION,
    "gate": GATE,
    "chain": CHAIN,
    "compared": COMPARED,
    "event": EVENT,
    "outcome": OUTCOME,
    "provider": PROVIDER,
    "delivery": DELIVERY,
    "gap": GAP,
    "signal": SIGNAL,
    "draft": DRAFT,
    "incident": INCIDENT,
    "recovery": RECOVERY,
    "evidence": EVIDENCE,
    "period": PERIOD,
}

# Day cells of the strip: state → (class, glyph, meaning). No two states share a glyph.
CELLS: dict[str, tuple[str, str, str]] = {
    "clean": ("d-c", "✓", "clean"),
    "corrected": ("d-r", "↻", "clean after correction"),
    "timing": ("d-t", "≈", "timing only"),
    "plus": ("d-d", "+", "ledger heavier"),
    "minus": ("d-d", "−", "bank heavier"),
    "cancels": ("d-d", "=", "cancels out"),
    "unknown": ("d-u", "?", "unknown"),
    "holiday": ("d-h", "–", "no banking day"),
    "open": ("d-o", "·", "period still open"),
    "running": ("d-o", "≠", "still open, differs so far"),
}
COVERAGE: dict[str, tuple[str, str, str]] = {
    "complete": ("d-c", "✓", "complete, balances continuous"),
    "preview": ("d-w", "!", "in preview"),
    "partial": ("d-r", "½", "pages outstanding"),
    "replaced": ("d-r", "↻", "replaced by a corrected file"),
    "missing": ("d-u", "?", "missing"),
    "gap": ("d-u", "≠", "opening is not the previous closing"),
    "holiday": ("d-h", "–", "no banking day"),
    "due": ("d-o", "◦", "not due yet"),
    "expected": ("d-o", "»", "not due yet, seen intraday"),
    "future": ("d-h", "·", "not due"),
}
SEVERITY = {1: "low", 2: "medium", 3: "high"}


def badge_of(kind: str, state: str) -> Badge:
    """The badge of one state. KeyError for an unknown kind; a state not drawn yet shows its own word."""
    word = plain(state)
    return KINDS[kind].get(state, Badge("open", "", word[:1].upper() + word[1:]))
