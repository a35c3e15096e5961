"""Shares of a whole that add up to it. Pure; whole numbers only."""

from collections.abc import Sequence

TENTHS = 1000


def shares(counts: Sequence[int]) -> list[str]:
    """Each as a share with one decimal, "36.2 %"; together 100.0 %: what is cut off goes to the largest remainders, the first of
    equals. Of nothing, each is unknown."""
    whole = sum(counts)
    if not whole:
        return ["unknown"] * len(counts)
    tenths = [n * TENTHS // whole for n in counts]
    by_remainder = sorted(range(len(counts)), key=lambda n: (-(counts[n] * TENTHS % whole), n))
    for n in by_remainder[: TENTHS - sum(tenths)]:
        tenths[n] += 1
    return [f"{n // 10}.{n % 10}\u00a0%" for n in tenths]
