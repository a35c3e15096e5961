"""The release gate as pages show it: the seven pips of home, the mark beside every page's name, and its own page day by day."""

import re
from datetime import date, timedelta
from typing import Any

from console.display import moment, near_day, short_day, signed
from console.pages.links import Link
from console.pages.words import as_sentence, in_major, plural
from ledger.assets import EXPONENTS
from reconciliation.oversight.gate_rules import AccountDay, Gate, GateDay, State
from reconciliation.oversight.proof_rules import runbook_of

MOST_PIPS, PAST_PIPS = 14, 7
LISTED = 60
PIP = {"good": "ok", "bad": "bad", "unknown": "unk", "waiting": "now", "coming": "now"}
WORDS = {"good": "clean", "bad": "drifted", "unknown": "unknown", "waiting": "waits on timing", "coming": "not due yet"}
MOST_TOLD = 3
MOST_COUNTED = 30


def gate_mark(gate: Gate) -> dict[str, str]:
    """The badge of every page: {state: open|blocked, word}."""
    if gate.open:
        return {"state": "open", "word": f"Release open, {_in_a_row(gate)}"}
    return {"state": "blocked", "word": f"Release blocked, {of_needed(gate)}"}


def of_needed(gate: Gate) -> str:
    """How far the count is: "2 of 7 clean days"; never more than are needed."""
    return f"{min(gate.count, gate.needed)} of {plural(gate.needed, 'clean day')}"


def _in_a_row(gate: Gate) -> str:
    """Home and the badge look back over some weeks only: a longer run is told as such, its length on the gate's own page."""
    most = max(MOST_COUNTED, gate.needed)
    return f"{most} or more clean days" if gate.count >= most else plural(gate.count, "clean day")


def gate_box(gate: Gate, to: Link) -> dict[str, Any]:
    """`gate` of templates/home/home.html."""
    return {
        "open": gate.open, "word": f"open, {_in_a_row(gate)}" if gate.open else of_needed(gate), **_row_of_pips(gate),
        "text": _why(gate), "href": to("gate"),
    }  # fmt: skip


def gate_page(gate: Gate, as_of: str, to: Link) -> dict[str, Any]:
    """templates/gate/gate.html"""
    return {
        "title": "The release gate is open" if gate.open else "The release gate is shut",
        "sub": f"{plural(gate.count, 'clean day')} in a row over all reconciled accounts; "
               f"{gate.needed} {'opens' if gate.needed == 1 else 'open'} it.",
        "word": gate_mark(gate)["word"], "open": gate.open, "why": _why(gate), "blocks": [_block(b, to) for b in gate.blocks],
        **_row_of_pips(gate), "as_of": as_of,
        "days": [_row(d, to) for d in reversed(gate.days[-LISTED:])],
        "resets": [_reset(d) for d in gate.resets[:LISTED]],
    }  # fmt: skip


def _block(said: str, to: Link) -> dict[str, str]:
    """What shuts the gate, and where that is looked at."""
    found = re.search(r"\bIN-(\d+)\b", said)
    if runbook := runbook_of(said):
        return {"text": as_sentence(said), "href": to("alert-runbook", runbook), "label": "What to do"}
    return {"text": as_sentence(said), "href": to("incident", int(found[1])) if found else "", "label": "Open it"}


def gate_json(gate: Gate) -> dict[str, Any]:
    """As the command and the API state it: {open, clean_days, needed, resets: [{period, reason}], blocks: [text], waits}."""
    stands = gate.stands_at
    return {
        "open": gate.open, "clean_days": gate.count, "needed": gate.needed,
        "resets": [{"period": d.day.isoformat(), "reason": reason(d)} for d in gate.resets],
        "blocks": list(gate.blocks), "waits": {"period": stands.day.isoformat(), "reason": reason(stands)} if stands else None,
    }  # fmt: skip


def reason(d: GateDay) -> str:
    """Why a day counts as it does, account by account."""
    told, more = _told(d)
    return "; ".join([_account(a, state) for a, state in told] + ([plural(more, "more account")] if more else []))


def _told(d: GateDay) -> tuple[list[tuple[AccountDay, State]], int]:
    """The accounts that make the day what it is, each with its own state, and how many more there are."""
    all_of_them: list[tuple[AccountDay, State]] = [(a, d.state) for a in d.told] + [(a, "unknown") for a in d.beside]
    return all_of_them[:MOST_TOLD], max(0, len(all_of_them) - MOST_TOLD)


def _account(a: AccountDay, state: State) -> str:
    if state == "bad":
        drift = "" if a.drift is None else f" by {signed(a.drift, EXPONENTS[a.currency])} {a.currency}"
        drift = ", with differences that cancel out," if a.drift == 0 else drift
        since = f"; corrected since: {a.verdict}" if a.verdict == "CLEAN" else ""
        return f"{a.name} drifted{drift} when it was first found, {moment(a.drifted_at)}{since}"
    if state == "unknown":
        checked = "checked only while the day ran" if a.checked_early else "never checked"
        return f"{a.name}: {in_major(a.because[0], a.currency) if a.because else checked}"
    if state == "waiting":
        return f"{a.name} differs in timing only; its lines are awaited"
    return f"{a.name}: statement due {moment(a.due_at)}" if state == "coming" else a.name


def _row_of_pips(gate: Gate) -> dict[str, Any]:
    """pips: [{label, state, title}]; pips_says: what the row is of; pips_left: what of a long row is not drawn. The run that
    counts, then the days that are still needed; of a row longer than two weeks those around where it stands."""
    row = _pips(gate)
    front = sum(1 for pip in row if pip["state"])
    first = max(0, min(front - PAST_PIPS, len(row) - MOST_PIPS))
    drawn = row[first : first + MOST_PIPS]
    left = [f"{n} {word}" for n, word in ((first, "before"), (len(row) - first - len(drawn), "to come")) if n]
    says = "The day that has to be clean" if gate.needed == 1 else f"The {gate.needed} days that have to be clean"
    return {"pips": drawn, "pips_says": says, "pips_left": f"Not drawn: {', '.join(left)}." if left else ""}


def _pips(gate: Gate) -> list[dict[str, str]]:
    stands = gate.stands_at
    counted = [d for d in gate.days if d.state in ("good", "bad", "unknown")]
    run = counted[len(counted) - gate.count :] if gate.count else counted[-1:]
    pips = [_pip(d) for d in run[-gate.needed :]]
    if stands and len(pips) < gate.needed:
        pips.append(_pip(stands))
    after = (run[-1].day if run else date.min) if not stands else stands.day
    for n in range(1, gate.needed - len(pips) + 1):
        if after > date.min:
            on = after + timedelta(days=n)
            pips.append({"label": str(on.day), "state": "", "title": near_day(on)})
    return pips


def _pip(d: GateDay) -> dict[str, str]:
    return {"label": str(d.day.day), "state": PIP[d.state], "title": f"{near_day(d.day)}, {WORDS[d.state]}"}


def _why(gate: Gate) -> str:
    if gate.blocks:
        return as_sentence(f"shut while {', and while '.join(gate.blocks)}")
    told = []
    if gate.resets and gate.count < gate.needed:
        last = gate.resets[0]
        told.append(f"Reset on {short_day(last.day)} by {plural(len(last.told), 'account')}.")
    if stands := gate.stands_at:
        told.append(f"It stands at {short_day(stands.day)}: {WORDS[stands.state]}.")
    if not gate.open and gate.days:
        last_day = (gate.stands_at or gate.days[-1]).day
        left = gate.needed - gate.count - (1 if gate.stands_at else 0)
        told.append(f"It opens after {near_day(last_day + timedelta(days=max(left, 0)))} at the earliest.")
    return " ".join(told)


def _row(d: GateDay, to: Link) -> dict[str, Any]:
    checked = [x.checked_at for x in d.told if x.checked_at]
    told, more = _told(d) if d.state != "good" else ([], 0)
    day = d.day.isoformat()
    return {
        "day": near_day(d.day), "state": d.state, "tone": PIP[d.state], "word": WORDS[d.state], "count": d.count,
        "checked": max(checked) if checked else None, "more": plural(more, "more account") if more else "",
        "told": [{"text": _account(a, state), "href": to("drift-check", a.account, day) if a.checked_at else ""}
                 for a, state in told],
    }  # fmt: skip


def _reset(d: GateDay) -> dict[str, str]:
    return {"day": near_day(d.day), "reason": reason(d)}
