"""Whether a rate rose, when, and how seldom chance alone would make it look so. Pure; whole numbers and fractions only.

The days of a window are cut at every place that leaves enough on both sides. For each cut the hits after it are held against the
hypergeometric law: were hits spread over all the differences of the window by chance, how often would as many fall after the cut?
The tail is bounded from above by a geometric series (its ratios only fall), and multiplied by the number of cuts, since the best
of them was picked. So what is called a rise is wrong at most once in 1,000 windows, whatever the rate is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import comb

FALSE_ALARM = Fraction(1, 1000)
LEAST_RISE = Fraction(2, 100)
FEWEST_DAYS, FEWEST_EACH_SIDE = 6, 2
MOST_COUNTED = 20_000
DOCUMENTED = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Day:
    """`hits` of `of` judged on the day."""

    on: date
    hits: int
    of: int


@dataclass(frozen=True, slots=True)
class Rise:
    """From `before` to `after`, the rates on both sides of the cut between the days `last` and `first`. `chance` is at most."""

    last: date
    first: date
    before: Fraction
    after: Fraction
    chance: Fraction

    def documented_by(self, activated: Sequence[date]) -> bool:
        """Whether a version came into force within three days of the cut: then the rise is what was decided."""
        return any(self.last - DOCUMENTED <= day <= self.first + DOCUMENTED for day in activated)


def rise_in(days: Sequence[Day]) -> Rise | None:
    """The rise that chance explains least, if it is 2 points or more and rarer than 1 in 1,000; days in order."""
    known = [day for day in days if day.of]
    if len(known) < FEWEST_DAYS:
        return None
    cuts = range(FEWEST_EACH_SIDE, len(known) - FEWEST_EACH_SIDE + 1)
    found = [rise for cut in cuts if (rise := _rise(known, cut, len(cuts))) is not None]
    return min(found, key=lambda rise: (rise.chance, rise.first), default=None)


def enough(days: Sequence[Day]) -> bool:
    """Whether the test can say anything of these days."""
    return sum(1 for day in days if day.of) >= FEWEST_DAYS


def _rise(known: Sequence[Day], cut: int, cuts: int) -> Rise | None:
    early, late = known[:cut], known[cut:]
    hits, of = sum(d.hits for d in late), sum(d.of for d in late)
    all_hits, whole = hits + sum(d.hits for d in early), of + sum(d.of for d in early)
    before, after = Fraction(all_hits - hits, whole - of), Fraction(hits, of)
    if after - before < LEAST_RISE:
        return None
    chance = min(Fraction(1), cuts * tail(*_scaled(hits, all_hits, of, whole)))
    return Rise(early[-1].on, late[0].on, before, after, chance) if chance < FALSE_ALARM else None


def _scaled(hits: int, all_hits: int, drawn: int, whole: int) -> tuple[int, int, int, int]:
    """At most some 20,000 differences at the same rates, rounded towards no rise: the test is slower to speak, never quicker."""
    if whole <= MOST_COUNTED:
        return hits, all_hits, drawn, whole

    def up(n: int) -> int:
        return -(-n * MOST_COUNTED // whole)

    late, early = up(drawn), (whole - drawn) * MOST_COUNTED // whole
    hits_late = hits * MOST_COUNTED // whole
    return hits_late, hits_late + min(up(all_hits - hits), early), late, late + early


def tail(hits: int, all_hits: int, drawn: int, whole: int) -> Fraction:
    """An upper bound of P(X >= hits), where `drawn` of `whole` are drawn by chance and `all_hits` of them are hits."""
    if hits <= max(0, drawn - (whole - all_hits)):
        return Fraction(1)
    first = Fraction(comb(all_hits, hits) * comb(whole - all_hits, drawn - hits), comb(whole, drawn))
    ratio = Fraction((all_hits - hits) * (drawn - hits), (hits + 1) * (whole - all_hits - drawn + hits + 1))
    return min(Fraction(1), first / (1 - ratio)) if ratio < 1 else Fraction(1)
