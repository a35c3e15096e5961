"""How a resolved case ended: the corrections with the people behind them, and the run that found the difference gone."""

from typing import Any

from console.display import moment, short_day
from console.pages.links import Link
from reconciliation.cases.case_ending import Correction, Ending
from reconciliation.cases.models import ExceptionCase

RESOLUTIONS = {
    "difference_gone": ("The difference is gone", "No correction was carried out; the two sides agree by themselves."),
    "cleared_in_grace": ("It cleared within grace", "No correction was needed; the other side came within grace."),
}
DONE = {"reverse": "Reversal", "confirm": "Confirmation"}


def ended_context(case: ExceptionCase, ending: Ending, to: Link) -> dict[str, Any]:
    """What templates/exceptions/parts/ended.html names, and the two lines that the facts say."""
    lead, alone = RESOLUTIONS.get(case.resolution, (case.resolution.replace("_", " ").capitalize(), ""))
    corrections = [_correction(c, to) for c in ending.corrections]
    found = f"{ending.run} found it gone on" if ending.run else "Found gone on"
    return {
        "lead": f"{lead}.", "detail": "" if corrections else alone, "corrections": corrections, "run": ending.run,
        "at": ending.at, "day": case.day,
        "check_href": to("drift-check", case.account.code, case.day.isoformat()) if case.bank_account else "",
        "by": ", ".join(f"{c['act']} {c['ref']}" for c in corrections) or lead,
        "says": f"{found} {short_day(ending.at.date())}",
    }  # fmt: skip


def _correction(c: Correction, to: Link) -> dict[str, Any]:
    return {
        "ref": str(c.request), "href": to("approval", c.request.number), "title": c.request.title,
        "act": DONE.get(c.request.kind, "Correction"),
        "asked_by": c.asked_by, "asked_at": c.request.made_at,
        "approved": ", ".join(f"{d.decided_by.name}, {moment(d.decided_at)}" for d in c.approvals),
        "written": [{"ref": str(t), "href": to("ledger-transaction", t.public_id)} for t in c.written],
    }  # fmt: skip
