"""The runbook of a case as its template takes it."""

from datetime import date, datetime
from typing import Any

from console.display import ago, moment, short_day
from console.pages.case import around_case
from console.pages.diagnosis import diagnosis_context
from console.pages.links import Link, link
from console.pages.words import plural
from console.pages.written import amount
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import Asked, Neighbours
from reconciliation.drift.diagnosis import Diagnosis
from reconciliation.incidents.models import Incident
from reconciliation.oversight.runbook.read_runbook import Runbook
from reconciliation.oversight.runbook.seen import Cell, Minor, Ref, Seen

SIGNS = {
    1: "Ledger and bank count as in the drift: + is money in on this account.",
    -1: "Ledger and bank count as in the drift: + is money out on this account.",
}
TONES = {"fine": ("clean", "nothing here"), "found": ("warn", "look here"), "unknown": ("unknown", "not known")}


def runbook_context(
    case: ExceptionCase, book: Runbook, *, causes: Diagnosis | None, words: str, asked: Asked, near: Neighbours,
    came: dict[str, str], at: datetime, to: Link, reconcile_key: str, proposed: bool, incident: Incident | None,
) -> dict[str, Any]:  # fmt: skip
    """templates/exceptions/runbook.html. `causes` is None for a case between other planes; `reconcile_key` is "" for whoever
    may not reconcile; `words`: the proposed correction, as every page says it; `proposed` says that the case offers this reader
    a correction; `incident` is that it is in."""
    return {
        **around_case(asked, near, came), "ref": str(case), "title": case.title, "taken_at": at,
        "case_href": to("exception-case", case.number), "symptom": book.guide.symptom,
        "escalate": book.guide.escalate, "over": book.guide.over, "ended": case.state == "resolved",
        "diagnosis": diagnosis_context(causes) if causes else None,
        "steps": [_step(step.title, step.reads, seen, at, to) for step, seen in book.steps],
        "acts": [
            act for name in book.guide.acts
            if (act := _act(name, case, book, to, words, incident if name == "security" else proposed))
        ],
        "signs": SIGNS.get(book.sign or 0, ""),
        "reconcile": {
            "href": link("drift-reconcile"), "key": reconcile_key, "account": case.account.code, "day": case.day.isoformat(),
        } if reconcile_key and case.bank_account_id and "reconcile" in book.guide.acts else None,
    }  # fmt: skip


def _step(title: str, reads: str, seen: Seen, at: datetime, to: Link) -> dict[str, Any]:
    tone, word = TONES[seen.tone]
    return {
        "title": title, "reads": reads, "tone": tone, "word": word, "says": seen.says, "heads": _heads(seen),
        "rows": [[_cell(cell, at, to) for cell in row] for row in seen.rows],
        "more": plural(seen.more, "more row") if seen.more else "",
    }  # fmt: skip


def _heads(seen: Seen) -> list[dict[str, Any]]:
    first = seen.rows[0] if seen.rows else ()
    return [
        {"text": head, "number": isinstance(cell, Minor | int)} for head, cell in zip(seen.heads, first, strict=False)
    ]


def _cell(cell: Cell, at: datetime, to: Link) -> dict[str, Any]:
    if isinstance(cell, Minor):
        found = amount(cell.minor, cell.asset)
        return {"difference" if cell.difference else "amount": found, "number": True}
    if isinstance(cell, Ref):
        return {"text": cell.text, "href": to(cell.route, *cell.args, **dict(cell.query)), "id": True}
    if isinstance(cell, datetime):
        return {"text": ago(cell, at) if cell <= at else moment(cell), "title": moment(cell)}
    if isinstance(cell, date):
        return {"text": short_day(cell)}
    if isinstance(cell, int):
        return {"text": f"{cell:,}", "number": True}
    return {"text": "–" if cell is None else cell}


def _act(
    name: str, case: ExceptionCase, book: Runbook, to: Link, words: str, known: Incident | bool | None
) -> dict[str, Any] | None:  # fmt: skip
    """A mitigation: a page where it is asked for, under policy. None where this reader has no such page, or there is nothing to do
    on it now. `main` is what this case waits for."""
    case_href = to("exception-case", case.number)
    found = {
        "correct": (
            f"{case_href}#prop" if known else "",
            "Open the proposed correction",
            words or "its entries, and the day before and after",
        ),
        "security": (
            to("incident", known.number) if isinstance(known, Incident) else "",
            "Open the security hold",
            "what is frozen, who was called, and who may release it",
        ),
        "endpoints": (
            to("settings-endpoints") if book.tone_of("callbacks") == "found" else "",
            "Open endpoints and keys",
            "their health, and what was held",
        ),
        "bank": (
            to("bank") if book.tone_of("statements") == "unknown" else "",
            "Open bank statements",
            "upload what is missing; the day is checked again by itself",
        ),
    }.get(name)
    if found is None or not found[0]:
        return None
    return {"href": found[0], "label": found[1], "says": found[2], "main": name in ("correct", "security")}
