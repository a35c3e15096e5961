"""The three sentences that a review opens with: the gate, the drift, and what got worse. Pure."""

from collections.abc import Sequence

from reconciliation.oversight.review.figures import Figures


def verdict(
    now: Figures, before: Figures, *, gate_open: bool, out: Sequence[str], heard: int
) -> tuple[str, str, str]:  # fmt: skip
    """`out`: the signals that were out of range on a day of the period, each with its worst one, in order; `heard`: how many
    signals said anything of it."""
    return (f"The gate is {'open' if gate_open else 'shut'}.", _drift(now), _worse(now, before, out, heard))


def _drift(now: Figures) -> str:
    if not now.known:
        return "Nothing was read of the period yet."
    if not now.days:
        return "No account-day of the period has ended."
    if not now.drifted and not now.unknown:
        return (
            f"All {now.days} account-days agree."
            if now.clean == now.days
            else "No account-day drifted by more than timing."
        )
    said = [f"{_count(now.drifted, 'account-day')} drifted"] * bool(now.drifted)
    said += [f"{now.unknown} {'is' if now.unknown == 1 else 'are'} unknown"] * bool(now.unknown)
    unexplained = any(a.unexplained for a in now.accounts)
    tail = "" if not now.drifted else "; not all drift is explained" if unexplained else "; all drift is explained"
    return f"{' and '.join(said)}{tail}."


def _worse(now: Figures, before: Figures, out: Sequence[str], heard: int) -> str:
    worse = [f"{name[:1].lower()}{name[1:]}" for name in out]
    if now.open.old > before.open.old:
        worse.append(f"exceptions older than 3 days ({now.open.old}, +{now.open.old - before.open.old})")
    if now.drifted > before.drifted:
        worse.append(f"drifted account-days ({now.drifted}, +{now.drifted - before.drifted})")
    asked, was = sum(now.overrides.values()), sum(before.overrides.values())
    if asked > was:
        worse.append(f"overrides ({asked}, +{asked - was})")
    if not worse:
        ranges = "Nothing was out of range" if heard else "No signal said anything of these days"
        return f"{ranges}, and {'nothing got worse' if before.known else 'there is nothing to hold them against'}."
    *most, last = worse
    return f"Out of range or worse than before: {', '.join(most) + ' and ' if most else ''}{last}."


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
