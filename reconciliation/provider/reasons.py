"""The reason that a person gives for an end: one line, kept in the audit trail."""

from reconciliation.errors import BadInput, ReasonMissing

LONGEST = 500


def read_reason(text: str, act: str) -> str:
    """`act` begins the refusal's sentence: "ending a key". Raises ReasonMissing, BadInput."""
    reason = text.strip()
    if not reason:
        raise ReasonMissing(f"{act} needs a reason")
    if len(reason) > LONGEST or not reason.isprintable():
        raise BadInput(f"a reason is one line of at most {LONGEST} characters", "reason")
    return reason
