"""The weekly bars of a backtest as figures of an SVG: solid what would have blocked drift, hatched what would have hindered a right
move. The table beside it holds the same numbers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, FOOT = 724, 146, 38, 16, 124
MOST = 26
STEPS = (1, 2, 5)


def week_chart(weeks: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """templates/checkpoints/parts/chart.html; None where nothing flips."""
    shown = list(weeks)[-MOST:]
    if not any(w["blocked"] or _hindered(w) or w["loosened"] for w in shown):
        return None
    top = _top(max((max(w["blocked"], _hindered(w), w["loosened"]) for w in shown), default=0))
    slot = (WIDTH - LEFT - 4) // len(shown)
    every = max(1, 48 // slot + (48 % slot > 0)) if slot < 48 else 1
    lines = [{"y": _y(top * n // 3, top), "label": str(top * n // 3)} for n in range(4)]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - 4,
        "foot": FOOT,
        "lines": lines,
        "says": f"Flips by week: {sum(w['blocked'] for w in weeks)} would have blocked drift, "
        f"{sum(_hindered(w) for w in weeks)} would have hindered a move that proved right, "
        f"{sum(w['loosened'] for w in weeks)} would have been let through more easily.",
        "bars": [_week(w, LEFT + 4 + n * slot, slot, top, n % every == 0) for n, w in enumerate(shown)],
        "rows": [
            {
                "week": w["week"],
                "starts": w["starts_on"],
                "blocked": w["blocked"],
                "hindered": _hindered(w),
                "loosened": w["loosened"],
            }
            for w in weeks
        ],
    }


def _week(w: Mapping[str, Any], x: int, slot: int, top: int, labelled: bool) -> dict[str, Any]:
    wide = max(2, min(20, (slot - 6) // 3))
    said = (("f-clean", w["blocked"]), ("pat", _hindered(w)), ("f-drift", w["loosened"]))
    bars = []
    for n, (look, number) in enumerate(said):
        y = _y(number, top)
        at = x + n * (wide + 2)
        bars.append(
            {"look": look, "x": at, "y": y, "w": wide, "h": FOOT - y, "n": number, "mid": at + wide // 2, "over": y - 4}
        )
    on = date.fromisoformat(w["starts_on"])
    return {"bars": [b for b in bars if b["n"]], "mid": x + slot // 2, "label": f"{on:%-d %b}" if labelled else ""}


def _hindered(w: Mapping[str, Any]) -> int:
    return int(w["stopped"]) + int(w["delayed"])


def _y(number: int, top: int) -> int:
    return FOOT - (FOOT - TOP) * number // top


def _top(most: int) -> int:
    """The smallest round number that holds the largest, divisible by three."""
    scale = 1
    while True:
        for step in STEPS:
            if 3 * step * scale >= most:
                return 3 * step * scale
        scale *= 10
