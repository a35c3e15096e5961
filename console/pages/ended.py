"""How a resolved case ended: the corrections with the people behind them, and the run that found the difference gone; or the
rule, or the people, who ended it while the difference stands."""

from typing import Any

from console.display import moment, short_day
from console.pages.links import Link
from console.pages.words import in_major
from reconciliation.cases.case_ending import Correction, Ending
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.resolutions import CODES

RESOLUTIONS = {
    "difference_gone": ("The difference is gone", "No correction was carried out; the two sides agree by themselves."),
    "cleared_in_grace": ("It cleared within grace", "No correction was needed; the other side came within grace."),
}
DONE = {
    "reverse": "Reversal",
    "confirm": "Confirmation",
    "repost": "Re-post",
    "book": "Booking",
    "join": "Joining",
    "apart": "Keeping apart",
    "correction.batch": "Batch correction",
    "resolve_other": "Decision",
    "resolve_case": "Decision",
}


def ended_context(case: ExceptionCase, ending: Ending, to: Link) -> dict[str, Any]:
    """What templates/exceptions/parts/ended.html names, and the two lines that the facts say."""
    lead, alone = RESOLUTIONS.get(case.resolution) or _said_so(case)
    corrections = [_correction(c, to) for c in ending.corrections]
    gone = case.resolution in RESOLUTIONS
    found = f"{ending.run} found it gone on" if ending.run else "Found gone on"
    if not gone:
        found = f"{ending.person}, on" if ending.person else f"{ending.run}, by rule on"
    checked = case.bank_account is not None
    return {
        "lead": f"{lead}.", "detail": "" if corrections else alone, "corrections": corrections, "run": ending.run,
        "at": ending.at, "day": case.day,
        "check_href": to("drift-check", case.account.code, case.day.isoformat()) if checked else "",
        "by_hand": ending.person, "note": ending.said.get("note", ""),
        "rule": "" if gone else in_major(_rule(ending), case.currency),
        "by": ", ".join(f"{c['act']} {c['ref']}" for c in corrections) or lead,
        "says": f"{found} {short_day(ending.at.date())}",
    }  # fmt: skip


def _said_so(case: ExceptionCase) -> tuple[str, str]:
    """Of an end that left the difference as it is."""
    meant = CODES[case.resolution]
    return meant.words.capitalize(), f"{meant.says.capitalize()}; what differs stays in the figures."


def _rule(ending: Ending) -> str:
    return ", ".join(ending.said[name] for name in ("matcher", "because") if name in ending.said)


def _correction(c: Correction, to: Link) -> dict[str, Any]:
    return {
        "ref": str(c.request), "href": to("approval", c.request.number), "title": c.request.title,
        "act": DONE.get(c.request.kind, "Correction"),
        "asked_by": c.asked_by, "asked_at": c.request.made_at,
        "approved": ", ".join(f"{d.decided_by.name}, {moment(d.decided_at)}" for d in c.approvals) or "nobody: policy let it run",
        "written": [{"ref": str(t), "href": to("ledger-transaction", t.public_id)} for t in c.written],
    }  # fmt: skip
