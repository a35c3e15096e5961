"""The verdict of a day. Pure. A day is clean only if drift is 0 and nothing is left open in it; a day that the statements
do not cover is UNKNOWN whatever the rows say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reconciliation.matching.rows import Group

Verdict = Literal["CLEAN", "DRIFTED", "UNKNOWN"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A day judged. All figures are None for UNKNOWN; `unexplained` is drift less the named differences, 0 by identity."""

    verdict: Verdict
    timing_only: bool
    drift: int | None
    gross: int | None
    unexplained: int | None
    open_groups: tuple[Group, ...]


def judge(ledger_total: int, bank_total: int, groups: Sequence[Group], *, covered: bool) -> Judged:
    """Judge a day from its totals (summed apart from the groups) and its groups."""
    if not covered:
        return Judged("UNKNOWN", False, None, None, None, ())
    still_open = tuple(g for g in groups if not g.is_match)
    drift = ledger_total - bank_total
    unexplained = drift - sum(g.contribution for g in still_open)
    gross = sum(abs(g.contribution) for g in still_open)
    if drift == 0 and not still_open and unexplained == 0:
        return Judged("CLEAN", False, drift, gross, unexplained, ())
    timing = bool(still_open) and unexplained == 0 and all(g.exception_class == "timing_skew" for g in still_open)
    return Judged("DRIFTED", timing, drift, gross, unexplained, still_open)
