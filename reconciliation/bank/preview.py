"""What a person sees of a file before it is imported. Pure. Amounts are text of minor units, as the bank signs them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from reconciliation.bank.formats.statement import OPENING_DERIVED, Finding, ParsedLine, ParsedStatement
from reconciliation.bank.imports import Outcome

MOST_FINDINGS = 200
MOST_LINES = 12


def preview(found_format: str, outcomes: Sequence[Outcome], trial: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The preview as it is stored: statements with their arithmetic, findings and sample lines, and the days as the
    trial found them."""
    told = [statement(o) for o in outcomes]
    levels = [f["level"] for s in told for f in s["findings"]]
    return {
        "format": found_format,
        "statements": told,
        "lines": sum(s["lines"] for s in told),
        "new_lines": sum(s["new_lines"] for s in told),
        "findings": {level: levels.count(level) for level in ("refuse", "check", "note")},
        "trial": list(trial),
        "error": None,
    }


def statement(o: Outcome) -> dict[str, Any]:
    """One statement: its balances and movements, what becomes of it, what to know, and lines to look at."""
    p, s = o.parsed, o.stored
    booked = [x.amount for x in p.lines if x.status == "BOOK"]
    findings = list(s.findings if s is not None else p.findings)
    return {
        "state": o.state, "reason": _reason(o, findings), "reference": p.statement_id or "",
        "sequence": p.sequence or "", "account": p.account, "currency": p.currency,
        "from_on": str(s.from_on) if s else None, "last_on": str(s.until_on - timedelta(days=1)) if s else None,
        "opening": _text(p.opening), "closing": _text(p.closing), "moved": str(sum(booked)),
        "money_in": str(sum(a for a in booked if a > 0)), "money_out": str(sum(a for a in booked if a < 0)),
        "in_count": sum(a > 0 for a in booked), "out_count": sum(a < 0 for a in booked),
        "lines": len(p.lines), "not_booked": len(p.lines) - len(booked), "new_lines": s.new_lines if s else 0,
        "intraday": p.intraday, "expected": str(sum(x.amount for x in p.lines if x.status == "PDNG")),
        "balanced": _balanced(p, sum(booked)), "derived": _is_derived(p),
        "findings": [_finding(f) for f in findings[:MOST_FINDINGS]],
        "more_findings": max(0, len(findings) - MOST_FINDINGS),
        "sample": [_line(x) for x in _sample(p.lines, findings)],
    }  # fmt: skip


def _reason(o: Outcome, findings: Sequence[Finding]) -> str:
    if o.refusal is not None:
        return str(o.refusal)
    if o.state == "not_in_force":
        return next(
            (f.what for f in findings if f.level == "refuse"), "without both balances nothing proves it complete"
        )
    return ""


def _balanced(p: ParsedStatement, moved: int) -> bool | None:
    """Whether it adds up; None where a balance is missing, or was worked out so that it does."""
    if p.opening is None or p.closing is None or p.intraday or _is_derived(p):
        return None
    return p.opening + moved == p.closing


def _is_derived(p: ParsedStatement) -> bool:
    return any(f.code == OPENING_DERIVED for f in p.findings)


def _sample(lines: Sequence[ParsedLine], findings: Sequence[Finding]) -> list[ParsedLine]:
    """The lines that findings name; the first ones when none does."""
    named = {f.where for f in findings}
    around = [x for x in lines if x.where in named][:MOST_LINES]
    return around or list(lines[:5])


def _line(x: ParsedLine) -> dict[str, Any]:
    return {
        "n": x.number, "where": x.where, "reference": x.reference, "narrative": x.narrative[:200], "code": x.code,
        "amount": str(x.amount), "status": x.status, "value_on": str(x.value_on) if x.value_on else None,
    }  # fmt: skip


def _finding(f: Finding) -> dict[str, str]:
    return {"where": f.where, "what": f.what[:500], "level": f.level, "code": f.code}


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
