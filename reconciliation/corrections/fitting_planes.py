"""Which reversal fits a difference between provider and ledger. Pure: what differs and the standing postings behind the case
in, a kind and a sentence out. What was posted wrongly is reversed; what is right is posted anew by its own use case or rule."""

from collections.abc import Sequence

from reconciliation.corrections.fitting import Behind, Fit

REVERSED = " The original stays POSTED; what the provider confirms is posted anew, linked by its payment."
SENTENCES = {
    "posted_early": "Reverse {name}, posted before the provider's Confirmed, effective {day}." + REVERSED,
    "posted_twice": "Reverse {name}, the last posting of a deposit that came once, effective {day}. The original stays POSTED.",
    "no_payment": "Reverse {name}, posted for a payment that no provider reported, effective {day}. The original stays POSTED.",
    "over": "Reverse {name}, posted at more than was confirmed, effective {day}." + REVERSED,
    "under": "Reverse {name}, posted at less than was confirmed, effective {day}." + REVERSED,
    "asset": "Reverse {name}, posted in another asset than was confirmed, effective {day}." + REVERSED,
}
MISSING = (
    "Nothing was posted for it: the deposit is posted by its rule or its own use case, not by correcting a transaction."
)
PENDING = (
    "{name} is PENDING: nothing was posted that could be reversed. The case of its bank line offers what settles it:"
    " confirmed at the line's own amount, at another one failed and posted anew. A confirmation that goes"
    " through after all confirms it."
)
NONE = "No posting of ours stands behind it, so nothing is reversed."
SEVERAL = "Several postings stand behind it; choose the one to reverse by hand."


def fit_planes(plane_pair: str, kind: str, standing: Sequence[Behind], pending: Sequence[str] = ()) -> Fit:
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
    return Fit(SENTENCES[kind], "reverse", standing[0].id, "POSTED_IN_ERROR")
