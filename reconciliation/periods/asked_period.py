"""The period that a request or an address names, and why it is closed or re-opened."""

from datetime import date

from ledger.models import Period
from reconciliation.errors import BadInput, CannotBe, NotFound, ReasonMissing

CLOSE_REASON = "PERIOD_END"
REOPEN_REASONS = {
    "LATE_STATEMENT": "a statement of it came late",
    "ERROR_FOUND": "an error in it must stand on its own day",
    "AUDIT_ADJUSTMENT": "an auditor asks for an adjustment in it",
    "CLOSED_TOO_EARLY": "it was closed too early",
    "OTHER": "another reason, said in the note",
}
NOTHING_CARRIED = "Everything on its checklist holds; nothing is carried over."
LONGEST = 2000


def period_from(first_on: date) -> Period:
    """The period that begins on a day. Raises NotFound."""
    found = Period.objects.filter(first_on=first_on).first()
    if found is None:
        raise NotFound(f"no period begins on {first_on}")
    return found


def words(note: str) -> str:
    """The note, trimmed. Raises BadInput."""
    note = note.strip()
    if len(note) > LONGEST or "\x00" in note:
        raise BadInput(f"a note has at most {LONGEST} characters, without NUL", "note")
    return note


def require_reopen_reason(code: str, note: str) -> None:
    """Raise CannotBe for a code that is none, ReasonMissing without a note: closed books are opened for something."""
    if code not in REOPEN_REASONS:
        raise CannotBe(f"the reason to re-open a period is one of {', '.join(REOPEN_REASONS)}", "reason_code")
    if not note:
        raise ReasonMissing("to re-open a period needs a note that says what for")
