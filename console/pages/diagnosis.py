"""The diagnosis of a case: causes ranked by the signs found for them, never by a percentage."""

from typing import Any

from console.pages.words import long_cause
from reconciliation.cases.models import ExceptionCase
from reconciliation.drift.diagnosis import CauseFound, Diagnosis

MOST_SHOWN = 3


def diagnosis_context(found: Diagnosis) -> dict[str, Any]:
    """What templates/exceptions/parts/diagnosis.html names. A cause that fits comes first; the rest by their signs."""
    return {
        "causes": [_cause(cause) for cause in found.ranked[:MOST_SHOWN]],
        "ruled_out": ", ".join(
            long_cause(n)[:1].lower() + long_cause(n)[1:]
            for n in [*(c.cause for c in found.ranked[MOST_SHOWN:]), *found.ruled_out]
        ),
    }


def _cause(cause: CauseFound) -> dict[str, Any]:
    return {
        "title": long_cause(cause.cause) if cause.fits else f"{long_cause(cause.cause)}: does not fit",
        "fits": cause.fits, "found": cause.found, "sought": cause.sought,
        "signs": [{"state": "found" if s.found else "missing", "text": s.sentence} for s in cause.signs],
    }  # fmt: skip


def headline(case: ExceptionCase, found: Diagnosis) -> tuple[str, str]:
    """The most likely cause with its signs, and how the next one compares; says so when no cause fits."""
    if not found.ranked:
        return "No known cause", "none of the six has a sign"
    first, *rest = found.ranked
    second = f"next best has {rest[0].found} of {rest[0].sought}" if rest else "no other cause has a sign"
    if found.likely is None:
        return "No known cause fits", f"{long_cause(first.cause)} has {first.found} of {first.sought} signs"
    return f"{long_cause(first.cause)}, {first.found} of {first.sought} signs", second
