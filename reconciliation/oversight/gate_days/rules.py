"""How many clean days may be asked for, and why. Pure."""

from reconciliation.errors import BadInput, ReasonMissing

FEWEST, MOST, LONGEST_NOTE = 1, 60, 2000


def asked_days(needed: object) -> int:
    """Whole days within the bounds. Raises BadInput."""
    if type(needed) is not int or not FEWEST <= needed <= MOST:
        raise BadInput(f"clean days are a whole number from {FEWEST} to {MOST}", "needed")
    return needed


def asked_note(note: str) -> str:
    """Why, trimmed. Raises ReasonMissing."""
    said = note.strip()
    if not said or len(said) > LONGEST_NOTE or "\x00" in said:
        raise ReasonMissing(f"another number of days says why, in at most {LONGEST_NOTE} characters")
    return said
