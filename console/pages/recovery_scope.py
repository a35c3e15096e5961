"""What a recovery run is about, beside its gaps: the payments that it names, and the planes that its re-run does not compare."""

from typing import Any

from console.pages.links import Link
from console.pages.words import plural
from console.pages.written import amount
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.recovery.runs.models import RecoveryRun
from reconciliation.recovery.runs.other_planes import MOST_COUNTED, PAIRS, OtherCase, OtherPlanes

SHOWN_OPEN = 12


def named_payments(run: RecoveryRun, to: Link) -> dict[str, Any] | None:
    """{words, open, rows: [{id, href|""}]} of a run whose scope names payments; many are folded."""
    if not run.payments:
        return None
    rows = [{"id": name, "href": to("payment", name)} for name in run.payments]
    return {"words": plural(len(rows), "payment"), "open": len(rows) <= SHOWN_OPEN, "rows": rows}


def further_says(run: RecoveryRun, listed: str = "step 5 lists them") -> str:
    """Where the planes beside commerce and provider come in, for whoever waits for their gaps. listed: where their cases are."""
    further = [plane for plane in run.planes if plane in PAIRS]
    alone = "Gaps are found between commerce and provider alone."
    if not further:
        return (
            f"{alone} Ledger and bank are not in this run's scope: the close does not compare them. As for open cases there of"
            f" the gaps' payments, {listed}."
        )
    planes = " and ".join(further).capitalize()
    are, they = ("is", "it") if len(further) == 1 else ("are", "they")
    return (
        f"{alone} {planes} {are} compared at the close, by the cases that the daily runs leave open, and {they} {are}"
        f" corrected through these cases: {listed}."
    )


def other_cases(run: RecoveryRun, found: OtherPlanes, to: Link) -> dict[str, Any]:
    """The open cases between the other planes: {says, counted, more, rows: [{ref, href, pair, words, payment, payment_href,
    day, value|None, counts}]}."""
    more = found.counted - len(found.cases)
    total = f"{MOST_COUNTED:,} or more" if found.counted >= MOST_COUNTED else f"{found.counted:,}"
    return {
        "says": further_says(run, "they are listed here"), "total": total if found.counted else "none",
        "more": f"the first {len(found.cases)} of {total}" if more > 0 else "",
        "rows": [_row(case, to) for case in found.cases],
    }  # fmt: skip


def _row(case: OtherCase, to: Link) -> dict[str, Any]:
    return {
        "ref": f"C-{case.number}", "href": to("exception-case", case.number), "pair": PAIR_WORDS[case.pair],
        "words": CLASSES[case.exception_class].words, "payment": case.payment_id or case.reference,
        "payment_href": to("payment", case.payment_id) if case.payment_id else "", "day": case.day,
        "value": amount(case.contribution, case.currency) if case.currency else None, "counts": case.counts,
    }  # fmt: skip
