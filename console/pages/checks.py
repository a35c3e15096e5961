"""What a request rests on, in words: each fact with whether it still holds."""

from typing import Any

from console.display import plain
from reconciliation.approvals.checks import Check

HOLDS = {
    "status": "{what} is still {now}",
    "effective_on": "{what} still counts on its own day, {now}",
    "reversed_by": "{what} was not reversed",
    "corrected_by": "{what} was not posted anew",
    "entries_sha256": "Its entries are those on this page",
    "metadata_sha256": "Its metadata is unchanged",
    "security_hold": "No security hold on its accounts",
    "case_open": "{case} is still open",
    "case_contribution": "The difference of {case} is unchanged",
    "case_lines": "The bank lines of {case} are unchanged",
    "policy": "Policy still asks for the same",
}
BROKEN = {
    "status": "{what} was {was} and is {now}",
    "reversed_by": "{what} was reversed in the meantime",
    "corrected_by": "{what} was posted anew in the meantime",
    "security_hold": "Security hold: {now}",
    "case_open": "{case} was resolved in the meantime",
    "case_contribution": "The difference of {case} changed",
    "case_lines": "Other bank lines stand behind {case} now",
    "policy": "Policy asks for something else now",
}


def check_lines(checks: list[Check], what: str, case: str) -> list[dict[str, Any]]:
    """[{ok, text}] of templates/approvals/parts/checks.html. `what` and `case` name the subject ("LT-…", "C-12")."""
    return [{"ok": check.holds, "text": _text(check, what, case)} for check in checks]


def _text(check: Check, what: str, case: str) -> str:
    words = {"what": what, "case": case, "was": _word(check.was), "now": _word(check.now)}
    if check.holds:
        return HOLDS.get(check.fact, f"{plain(check.fact).capitalize()} is unchanged").format(**words)
    return BROKEN.get(check.fact, f"{plain(check.fact).capitalize()} changed").format(**words)


def _word(value: Any) -> str:
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)
