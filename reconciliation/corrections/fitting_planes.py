"""Which reversal fits a difference between provider and ledger. Pure: what differs and the standing postings behind the case
in, a kind and a sentence out. What was posted wrongly is reversed; what is right is posted anew by its own use case or rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.money import spoken
from reconciliation.corrections.fitting import Behind, Fit

STAYS = " The original stays POSTED."
SENTENCES = {
    "posted_early": "Reverse {name}, posted before the provider's Confirmed, effective {day}." + STAYS,
    "posted_twice": "Reverse {name}, the last posting of a deposit that came once, effective {day}. The original stays POSTED.",
    "no_payment": "Reverse {name}, posted for a payment that no provider reported, effective {day}. The original stays POSTED.",
    "over": "Reverse {name}, posted at more than was confirmed, effective {day}." + STAYS,
    "under": "Reverse {name}, posted at less than was confirmed, effective {day}." + STAYS,
    "asset": "Reverse {name}, posted in another asset than was confirmed, effective {day}." + STAYS,
}
REPOSTED = frozenset({"posted_early", "over", "under", "asset"})
MISSING = (
    "Nothing was posted for it: the deposit is posted by its rule or its own use case, not by correcting a transaction."
)
PENDING = (
    "{name} is PENDING: nothing was posted that could be reversed. The case of its bank line offers what settles it:"
    " confirmed at the line's own amount, at another one failed and posted anew. A confirmation that goes"
    " through after all confirms it."
)
AGREES = " The amounts agree by now: this puts right when it was posted, not how much."
BY_RULE = (
    " The next run posts what the provider confirmed, {amount}, anew by the rule of recognition; until then the day differs by as"
    " much, as the figures below say."
)
BY_NOBODY = (
    " No rule posts it again: until its own use case posts what was confirmed, {amount}, the day differs by as much."
)
NOTHING = " The provider confirmed nothing of it, so nothing is posted anew."
NONE = "No posting of ours stands behind it, so nothing is reversed."
SEVERAL = "Several postings stand behind it; choose the one to reverse by hand."


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What providers confirmed of a payment, in minor units of `asset`; `by_rule`: a rule of recognition posts it; `agrees`: as
    much is posted by now."""

    minor: int
    asset: str
    by_rule: bool
    agrees: bool


def fit_planes(
    plane_pair: str,
    kind: str,
    standing: Sequence[Behind],
    pending: Sequence[str] = (),
    confirmed: Confirmed | None = None,
) -> Fit:
    """`standing`: postings that are neither reversed nor reversals, oldest first; `pending`: names of those that wait."""
    if pending and not standing:
        return Fit(PENDING.replace("{name} is", f"{', '.join(pending)} {'is' if len(pending) == 1 else 'are'}"))
    if plane_pair != "provider-ledger" or kind not in (*SENTENCES, "unposted"):
        return Fit(NONE)
    if not standing:
        return Fit(
            MISSING if kind == "unposted" else "What was posted is reversed already; the next run closes the case."
        )
    if kind == "posted_twice":
        return Fit(SENTENCES[kind], "reverse", standing[-1].id, "POSTED_IN_ERROR")
    if len(standing) > 1:
        return Fit(SEVERAL)
    after = afterwards(confirmed) if kind in REPOSTED and confirmed else ""
    return Fit(SENTENCES[kind] + after, "reverse", standing[0].id, "POSTED_IN_ERROR")


def afterwards(confirmed: Confirmed) -> str:
    """What follows the reversal, so that nobody takes it for the whole."""
    if not confirmed.minor:
        return NOTHING
    amount = spoken(confirmed.minor, confirmed.asset)
    said = BY_RULE.format(amount=amount) if confirmed.by_rule else BY_NOBODY.format(amount=amount)
    return (AGREES if confirmed.agrees else "") + said
