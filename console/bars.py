"""Bars for contributions to drift: where each begins and how long it is in an SVG. Integers only."""

from typing import NamedTuple

from console.display import Amount, signed

LEFT, ZERO, RIGHT = 150, 300, 440
STEP = 28
LETTER = 7  # as wide as a digit of a figure beside its bar


class Bar(NamedTuple):
    """One bar: y of its top, x and width, its figure with the x and the side it is anchored to, its label."""

    y: int
    x: int
    width: int
    text: str
    text_x: int
    ends: bool
    label: str
    here: bool


def bars(contributions: list[tuple[str, Amount, bool]]) -> list[Bar]:
    """(label, contribution, is the case at hand) → bars around one zero line, bank heavier to the left.

    All share one scale, so ValueError unless all are of one asset. At least one unit wide when not zero.
    """
    if len({amount.asset for _, amount, _ in contributions}) > 1:
        raise ValueError("bars of several assets share no scale")
    sizes = [int(amount.minor or 0) for _, amount, _ in contributions]
    largest = max((abs(size) for size in sizes), default=0) or 1
    texts = [signed(size, amount.exponent) for (_, amount, _), size in zip(contributions, sizes, strict=True)]
    room = max(min(ZERO - LEFT, RIGHT - ZERO) - LETTER * max(map(len, texts), default=0) - 8, 8) // 2 * 2
    drawn = []
    for index, ((label, amount, here), size) in enumerate(zip(contributions, sizes, strict=True)):
        width = max(1, abs(size) * room // largest) if size else 0
        below = size < 0
        x = ZERO - width if below else ZERO
        text_x = x - 6 if below else x + width + 6
        drawn.append(Bar(6 + index * STEP, x, width, signed(size, amount.exponent), text_x, below, label, here))
    return drawn
