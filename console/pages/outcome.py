"""What became of a request that ended, as its page says it: entries as they were written, figures as they were checked."""

from typing import Any

from console.display import UNKNOWN, money, short_day, signed
from console.pages.entry_lines import after_words, effective, entry_lines
from console.pages.links import link
from ledger.assets import EXPONENTS
from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.carried_out import CarriedOut, Stated, StatedDay

NOT_YET = "not checked yet"
SAID = ("join", "apart")  # no transaction comes of these


def outcome_part(r: ApprovalRequest, found: CarriedOut, written: list[LedgerTransaction]) -> dict[str, Any]:
    """The figures, the entries and what followed, for templates/approvals/parts/decision.html."""
    said = r.kind in SAID and r.state == ApprovalRequest.State.EXECUTED
    says = after_words(r) if written or said else "Nothing of it was written."
    first, others = next(iter(found.days), None), found.days[1:]
    return {
        "figures": _figures(first) if first and first.before else [], "verdicts": _verdicts(first),
        "lines_head": "What was written, as one batch" if written else "What it was said of" if said else "What was asked for",
        **entry_lines(r, found.entries, written, f"{effective(found.effective_on, found.adjusts_on)} {says}"),
        "facts": [_other_day(d) for d in others if d.before], "facts_head": ("Other accounts", "Before", "After"),
        "followed": _followed(found) if written else [],
        "follow_href": link("approval", r.number) if written and first and first.after is None else "",
    }  # fmt: skip


def _figures(d: StatedDay) -> list[dict[str, Any]]:
    exponent, before, after = EXPONENTS[d.currency], d.before, d.after
    unexplained = f"unexplained {money(after.unexplained, exponent)}" if after and after.unexplained is not None else ""
    return [
        {"label": f"Net drift of {short_day(d.day)}", "before": _net(before, exponent), "after": _net(after, exponent),
         "tone_before": _tone(before), "tone_after": _tone(after), "asset": d.currency},
        {"label": "Gross", "before": _gross(before, exponent), "after": _gross(after, exponent), "asset": d.currency},
        {"label": "Differences", "before": str(before.count) if before else NOT_YET,
         "after": str(after.count) if after else NOT_YET, "note": unexplained},
    ]  # fmt: skip


def _net(s: Stated | None, exponent: int) -> str:
    return NOT_YET if s is None else UNKNOWN if s.net is None else signed(s.net, exponent)


def _gross(s: Stated | None, exponent: int) -> str:
    return NOT_YET if s is None else UNKNOWN if s.gross is None else money(s.gross, exponent)


def _tone(s: Stated | None) -> str:
    return "t-unknown" if s is None or s.net is None else "t-drift" if s.net else "t-clean"


def _verdicts(d: StatedDay | None) -> dict[str, str] | None:
    if d is None or d.before is None or d.after is None:
        return None
    return {"label": f"{short_day(d.day)} became", "before": d.before.verdict, "after": d.after.verdict}


def _other_day(d: StatedDay) -> dict[str, str]:
    exponent = EXPONENTS[d.currency]
    before, after = _net(d.before, exponent), _net(d.after, exponent)
    return {
        "label": f"{d.name}, {short_day(d.day)}: net drift", "before": f"{before} {d.currency}",
        "after": after if after == NOT_YET else f"{after} {d.currency}",
    }  # fmt: skip


def _followed(found: CarriedOut) -> list[dict[str, str]]:
    """The sentence after the execution, in parts with their links: which check ran since, and what became of the
    case."""
    case, first = found.case, next(iter(found.days), None)
    about = {"text": str(case), "href": link("exception-case", case.number)} if case else None
    if found.closed_by and about and first:
        return [_check(found.closed_by, first), {"text": "found the difference gone and closed", "href": ""}, about]
    if first is None:
        return []
    if first.after is None:
        closes = [{"text": "It closes", "href": ""}, about, {"text": "when the difference is gone.", "href": ""}]
        asked = {"text": f"The check of {short_day(first.day)} was asked for with it.", "href": ""}
        return [asked, *([part for part in closes if part] if about else [])]
    ran = [_check(f"MR-{first.after.run}", first), {"text": "ran since", "href": ""}]
    return [*ran, {"text": "and left open", "href": ""}, about] if about else ran


def _check(run: str, d: StatedDay) -> dict[str, str]:
    return {
        "text": f"{run}, the check of {short_day(d.day)},",
        "href": link("drift-check", d.account, d.day.isoformat()),
    }
