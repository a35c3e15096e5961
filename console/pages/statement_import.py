"""One file on its way in, as the preview's template takes it: its four steps, its arithmetic, what to know about it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from console.display import count, moment, short_day, size
from console.pages.words import in_major, new_key, plural
from console.pages.written import amount
from reconciliation.bank.models import BankImport

READ_AS = {
    "camt053": "camt.053",
    "mt940": "MT940",
    "bai2": "BAI2",
    "ofx": "OFX",
    "csv": "CSV",
    "auto": "format not known yet",
}
INTRADAY_AS = {"camt053": "camt.052", "mt940": "MT942", "bai2": "BAI2 of the same day"}
THEN = {
    "refuse": "Kept, counts nowhere; its days stay unknown",
    "check": "Imported as it is; look at it",
    "note": "Said for the record",
}
SAYS = {
    "repeated": "All of it is stored already: importing changes nothing.",
    "not_in_force": "It would be kept and count nowhere",
    "refused": "Left out",
}


def preview(made: BankImport, shown: dict[str, Any], may_import: bool, who_may: str) -> dict[str, Any]:
    """templates/bank/parts/preview.html. `shown` is the stored preview; {} until it was read."""
    statements = shown.get("statements", [])
    account = made.bank_account
    lines = [_line(x, account.currency) for s in statements for x in s["sample"]]
    return {
        **progress(made),
        "file_name": made.file_name, "size": made.size_bytes, "format": _format(made, statements),
        "account": f"{account.name} {account.number}", "sha256": bytes(made.sha256).hex(), "state": made.state,
        "seen": "not seen before" if made.state in ("received", "read") else "", "first_href": "",
        "figures": figures(statements, shown.get("trial", []), account.currency),
        "verdict": _day(shown.get("trial", []))["verdict"] if shown.get("trial") else "",
        "counts": shown.get("findings") or {"refuse": 1 if shown.get("error") else 0, "check": 0, "note": 0},
        "findings": findings(shown, account.currency), "lines": lines,
        "lines_says": f"{len(lines)} of {count(shown.get('lines', 0))}",
        "every_new": shown.get("lines") == shown.get("new_lines"),
        "outcome": _outcome(made), **_acts(made, shown, may_import, who_may),
    }  # fmt: skip


def _format(made: BankImport, statements: Sequence[dict[str, Any]]) -> str:
    if statements and all(s.get("intraday") for s in statements):
        return f"{INTRADAY_AS.get(made.format, made.format)}, intraday"
    return READ_AS.get(made.format, made.format)


def progress(made: BankImport) -> dict[str, Any]:
    """templates/bank/parts/progress.html"""
    working = made.state == "received"
    step = str(made.progress.get("step", "received"))
    read = made.state != "refused" and (step == "trial" or not working)
    lines = plural(made.line_count or int(made.progress.get("lines", 0)), "line")
    return {
        "steps": [
            {"label": "Received", "state": "done", "text": size(made.size_bytes)},
            {"label": "Read and checked", **_reading(made, step, read, lines)},
            {"label": "Trial match", **_trying(made, step)},
            {"label": "Your confirmation", **_confirming(made)},
        ],
        "working": working,
        "href": reverse("bank-import", args=[made.public_id]),
        "progress_href": reverse("bank-import-progress", args=[made.public_id]),
    }


def _reading(made: BankImport, step: str, read: bool, lines: str) -> dict[str, str]:
    if made.state == "refused":
        return {"state": "refused", "text": "refused"}
    if read and made.state != "discarded":
        return {"state": "done", "text": lines}
    if made.state == "discarded":
        return {"state": "done", "text": lines} if made.line_count else {"state": "wait", "text": "not read"}
    return {"state": "now", "text": "reading" if step == "reading" else "waits for a worker"}


def _trying(made: BankImport, step: str) -> dict[str, str]:
    if made.state in ("read", "imported"):
        return {"state": "done", "text": f"{plural(made.new_line_count, 'new line')}"}
    if made.state == "received" and step == "trial":
        return {"state": "now", "text": "matching on trial"}
    return {"state": "wait", "text": "waits for step 2" if made.state == "received" else "none"}


def _confirming(made: BankImport) -> dict[str, str]:
    return {
        "received": {"state": "wait", "text": "waits for step 3"},
        "read": {"state": "now", "text": "waits for you"},
        "imported": {"state": "done", "text": "imported"},
        "discarded": {"state": "refused", "text": "discarded"},
        "refused": {"state": "wait", "text": "none"},
    }[made.state]


def figures(statements: Sequence[dict[str, Any]], trial: Sequence[dict[str, Any]], asset: str) -> list[dict[str, Any]]:
    """Opening, movement, closing, and what the day becomes. Empty while nothing was read."""
    if not statements:
        return []
    first, last = statements[0], statements[-1]
    if all(s.get("intraday") for s in statements):
        return [_expected(statements, asset)]
    balanced = None if any(s["balanced"] is None for s in statements) else all(s["balanced"] for s in statements)
    derived = any(s.get("derived") for s in statements)
    moved = sum(int(s["moved"]) for s in statements)
    told: list[dict[str, Any]] = [
        {"label": "Opening", "amount": amount(first["opening"], asset), "ok": None, "text": _stretch(first, last)},
        {"label": f"{plural(sum(s['lines'] for s in statements), 'line')}, money in +", "amount": amount(moved, asset),
         "ok": None, "text": f"{_sum(statements, 'in_count')} in, {_sum(statements, 'out_count')} out"},
        {"label": "Closing", "amount": amount(last["closing"], asset), "ok": balanced, "text": _adds_up(balanced, derived)},
    ]  # fmt: skip
    return [*told, _effect(trial, asset)] if trial else told


def _expected(statements: Sequence[dict[str, Any]], asset: str) -> dict[str, Any]:
    lines = sum(s["not_booked"] for s in statements)
    return {
        "label": f"{plural(lines, 'line')} expected, money in +", "ok": None,
        "amount": amount(sum(int(s["expected"]) for s in statements), asset),
        "text": "seen intraday; counts nowhere and covers no day until the statement comes",
    }  # fmt: skip


def _sum(statements: Sequence[dict[str, Any]], name: str) -> str:
    return count(sum(s[name] for s in statements))


def _stretch(first: dict[str, Any], last: dict[str, Any]) -> str:
    days = [short_day(date.fromisoformat(d)) for d in (first["from_on"], last["last_on"]) if d]
    return " to ".join(dict.fromkeys(days)) or "no day"


def _adds_up(balanced: bool | None, derived: bool) -> str:
    if derived:
        return "the opening is worked out; the statement before it has to prove it"
    if balanced is None:
        return "without both balances nothing proves it complete"
    return "opening + lines = closing" if balanced else "opening + lines ≠ closing"


def _day(trial: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The day to look at: the first that is not clean, else the last."""
    day = next((d for d in trial if d["verdict"] != "CLEAN"), trial[-1])
    return {**day, "verdict": "TIMING" if day["timing_only"] else day["verdict"]}


def _effect(trial: Sequence[dict[str, Any]], asset: str) -> dict[str, Any]:
    day = _day(trial)
    on = short_day(date.fromisoformat(day["day"]))
    more = f", {plural(len(trial), 'day')} touched" if len(trial) > 1 else ""
    if day["verdict"] == "UNKNOWN":
        text = "; ".join(in_major(because, asset) for because in day["because"])
    else:
        text = plural(day["differences"], "difference")
    return {
        "label": f"Would make of {on}", "amount": amount(day["drift"], asset), "signed": True, "ok": None,
        "text": f"{text}{more}",
    }  # fmt: skip


def findings(shown: dict[str, Any], asset: str) -> list[dict[str, str]]:
    """What to know, refusals first. A file that was refused whole has one."""
    error = shown.get("error")
    if error:
        what = in_major(f"{error['message'][:1].upper()}{error['message'][1:]}", asset)
        return [{"kind": "refuse", "where": error["where"] or "file", "what": what, "then": "Nothing of it is kept"}]
    rank = {"refuse": 0, "check": 1, "note": 2}
    statements = shown.get("statements", [])
    named = {x["where"]: x["n"] for s in statements for x in s["sample"]}
    told = [
        {"kind": f["level"], "where": in_major(f["where"], asset),
         "href": f"#line-{named[f['where']]}" if f["where"] in named else "",
         "what": in_major(f["what"], asset), "then": THEN[f["level"]]}
        for s in statements
        for f in s["findings"]
    ]  # fmt: skip
    told += [
        {"kind": "note", "where": f"statement {s['reference'] or n}", "what": in_major(s["reason"], asset) or SAYS[s["state"]],
         "then": SAYS[s["state"]]}
        for n, s in enumerate(statements, 1)
        if s["state"] in ("refused", "repeated")
    ]  # fmt: skip
    return sorted(told, key=lambda f: rank[f["kind"]])


def _line(x: dict[str, Any], asset: str) -> dict[str, Any]:
    return {**x, "amount": amount(x["amount"], asset)}


def _acts(made: BankImport, shown: dict[str, Any], may: bool, who_may: str) -> dict[str, Any]:
    if made.state not in ("received", "read"):
        return {"confirm": None, "discard": None}
    new = int(shown.get("new_lines", 0))
    why_not = "" if made.state == "read" else "Waits for the trial match."
    seen = all(s.get("intraday") for s in shown.get("statements", ())) and bool(shown.get("statements"))
    kept = f"Keep {plural(new, 'expected line')}" if seen else f"Keep {plural(new, 'line')} that count nowhere"
    counts = all(s["state"] not in ("not_in_force", "intraday") for s in shown.get("statements", ()))
    confirm = {
        "href": reverse("bank-import-confirm", args=[made.public_id]), "key": new_key(),
        "label": (f"Import {plural(new, 'line')}" if counts else kept) if made.state == "read" else "Import",
        "why_not": why_not if may else who_may,
    }  # fmt: skip
    discard = {"href": reverse("bank-import-discard", args=[made.public_id]), "key": new_key()}
    return {"confirm": confirm, "discard": discard if may else None}


def _outcome(made: BankImport) -> str:
    if made.state == "imported":
        return f"Imported {moment(made.ended_at)} UTC: {plural(made.new_line_count, 'new line')}."
    if made.state == "discarded":
        return f"Discarded {moment(made.ended_at)} UTC. The same file may be received again."
    return f"Refused {moment(made.ended_at)} UTC; nothing of it was kept." if made.state == "refused" else ""
