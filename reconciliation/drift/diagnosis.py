"""Which of the six causes fits a difference, and which signs speak for each (DOMAIN §1). Pure.

Signs are facts that were looked for and found or not; nothing is weighed or guessed. A cause fits only when what
defines it is there: a near miss may show most of a cause's signs and still not be it."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciliation.drift.signs import SIGNS, Facts, Sign


@dataclass(frozen=True, slots=True)
class CauseFound:
    """One cause with the signs sought for it. `fits`: everything that defines the cause is there."""

    cause: int
    fits: bool
    signs: tuple[Sign, ...]

    @property
    def found(self) -> int:
        return sum(1 for s in self.signs if s.found)

    @property
    def sought(self) -> int:
        return len(self.signs)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`likely` is the cause that fits, None when none of the six does. `ranked` holds it first, then the causes with
    some sign, most signs of those sought first; `ruled_out` the causes without any."""

    likely: int | None
    ranked: tuple[CauseFound, ...]
    ruled_out: tuple[int, ...]


def diagnose(facts: Facts) -> Diagnosis:
    """Rank the six causes for one difference."""
    causes = [CauseFound(n, FITS[n](facts), tuple(SIGNS[n](facts))) for n in sorted(SIGNS)]
    ranked = sorted((c for c in causes if c.fits or c.found), key=_rank)
    likely = ranked[0].cause if ranked and ranked[0].fits else None
    return Diagnosis(likely, tuple(ranked), tuple(c.cause for c in causes if c not in ranked))


def _rank(c: CauseFound) -> tuple[bool, int, int]:
    # Shares compared without division: 60 is divisible by every number of signs there is.
    return (not c.fits, -(c.found * 60 // c.sought), c.cause)


def _rejected_or_returned(f: Facts) -> bool:
    silent = f.entry_alone and not f.in_grace and not f.posted_twice
    return silent or f.is_return


def _next_period(f: Facts) -> bool:
    return f.entry_alone and f.in_grace and not f.posted_twice


def _wrong_sign(f: Facts) -> bool:
    return len(f.entries) == len(f.lines) == 1 and f.contribution == -2 * f.bank


def _never_initiated(f: Facts) -> bool:
    if not f.line_alone or not f.line.out:
        return False
    unexplained = not (f.is_return or f.fitting or f.near or f.line.kind or (f.line.payment_known and f.in_grace))
    return f.second_line or unexplained


def _confirmation_failed(f: Facts) -> bool:
    return f.line_alone and not f.second_line and not f.is_return and bool(f.fitting)


def _not_modelled(f: Facts) -> bool:
    if f.line_alone:
        explained = f.second_line or f.is_return or f.fitting or f.near
        return bool(f.line.kind) and not explained
    return bool(f.entries and f.lines) and f.charge_is_the_difference and not _wrong_sign(f)


FITS: dict[int, Callable[[Facts], bool]] = {
    1: _rejected_or_returned, 2: _next_period, 3: _wrong_sign, 4: _never_initiated, 5: _confirmation_failed,
    6: _not_modelled,
}  # fmt: skip
