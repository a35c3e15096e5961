"""What removes a difference, in a few words: the same on the heartbeat, on the page of the day, on the case and in its runbook."""

from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.resolutions import CODES

HOLD = "None: security hold"
NEXT: dict[int, str] = {
    1: "Reverse the transaction",
    2: "None, clears by itself",
    3: "Reverse and post anew, one batch",
    4: HOLD,
    5: "Confirm the transaction",
    6: "Post through its own use case",
}
NEXT_WITHOUT_CAUSE: dict[str, str] = {
    "amount_mismatch": "Post anew at the bank's amount",
    "reference_mismatch": "Identify it, else suspense",
    "duplicate_observation": "Reverse the second posting",
    "missing_counterpart": "None yet, expected within grace",
}
BESIDE = "Say whether they belong together"
ANEW, LATE = "Post it anew", "Reverse it, then post it anew"


def next_step(exception_class: str, cause: int | None, contribution: int | None = None, reason: str = "") -> str:
    """Of a difference that nothing holds back. A correction is still asked for and approved. contribution: 0 where a line without
    reference has one entry of its day and amount beside it; reason: the run's, which says what stands behind the line."""
    if exception_class == "reference_mismatch" and contribution == 0:
        return BESIDE
    if cause == 5 and reason.endswith(("FAILED", "REVERSED")):
        return ANEW
    if cause == 5 and reason.startswith("value_date"):
        return LATE
    return NEXT[cause] if cause in NEXT else NEXT_WITHOUT_CAUSE.get(exception_class, "Compare the two sides")


def correction_words(
    exception_class: str, cause: int | None, contribution: int | None, reason: str, *, held: bool, request: int | None,
    resolution: str,
) -> str:  # fmt: skip
    """The same, or why nothing is offered: how the case ended, a security hold of its account, the number of the request that
    waits."""
    if resolution:
        return f"Ended: {CODES[resolution].words}"
    if held:
        return HOLD
    return f"Waits for approval, CR-{request}" if request else next_step(exception_class, cause, contribution, reason)


def correction_of(case: ExceptionCase, *, held: bool, request: int | None) -> str:
    """The same of a case between ledger and bank."""
    return correction_words(
        case.exception_class, case.cause, int(case.contribution_minor), case.evidence["reason"], held=held, request=request,
        resolution=case.resolution,
    )  # fmt: skip
