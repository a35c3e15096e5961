"""The audit timeline of a drift check's page: every check of the day, its cases, what was asked about its transactions
and what was written of it."""

from collections.abc import Iterator
from typing import Any

from console.display import moment, plain
from console.pages.links import Link, with_query
from console.pages.words import drift_words, event_words, plural
from console.pages.written import amount
from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.drift.check_page import CheckPage
from reconciliation.drift.models import DriftCheck

GIVEN = {"approve": "approved", "reject": "rejected"}
ENDED = {
    "executed": "was carried out",
    "withdrawn": "was withdrawn",
    "expired": "expired",
    "stale": "ended: what it rested on had changed",
}


def check_log(page: CheckPage, to: Link) -> list[dict[str, Any]]:
    """Newest first."""
    events = [_checked(page, c, before, to) for c, before in zip(page.checks, [*page.checks[1:], None], strict=True)]
    events += _of_cases(page, to)
    for request in page.events.requests:
        events += _of_request(request, to)
    events += [_written(t, to) for t in page.events.corrections]
    return sorted(events, key=lambda event: event["at"], reverse=True)


def _of_cases(page: CheckPage, to: Link) -> Iterator[dict[str, Any]]:
    for e in page.events.of_cases:
        tone = "r" if e.kind in ("opened", "reopened") else "k" if e.person_id else ""
        text = event_words(e.kind, e.text, page.account.currency)
        ref = _ref(str(e.case), to("exception-case", e.case.number))
        yield {"at": e.at, "tone": tone, "actor": e.actor if e.person_id else "", "text": text, "ref": ref}


def _of_request(r: ApprovalRequest, to: Link) -> Iterator[dict[str, Any]]:
    """Asked, decided on, ended. A rejection ends it by itself."""
    ref = _ref(str(r), to("approval", r.number))
    asked = f"asked to {r.title[:1].lower()}{r.title[1:]}: {r.note or plain(r.reason_code)}"
    yield {"at": r.made_at, "tone": "k", "actor": r.made_by_label, "text": asked, "ref": ref}
    for d in r.decisions.all():
        text = f"{GIVEN[d.verdict]} {r}" + (f": {d.reason}" if d.reason else "")
        yield {"at": d.decided_at, "tone": "k", "actor": d.decided_by.name, "text": text, "ref": ref}
    if r.ended_at is not None and r.state in ENDED:
        yield {"at": r.ended_at, "tone": "", "actor": "", "text": f"{r} {ENDED[r.state]}", "ref": ref}


def _written(t: LedgerTransaction, to: Link) -> dict[str, Any]:
    text = f"{t} reverses {t.reverses}" if t.reverses is not None else f"{t} posts {t.corrects} anew"
    ref = _ref("open", to("ledger-transaction", t.public_id))
    return {"at": t.recorded_at, "tone": "", "actor": "", "text": text, "ref": ref}


def _ref(text: str, href: str) -> dict[str, str] | None:
    return {"text": text, "href": href} if href else None


def _checked(page: CheckPage, c: DriftCheck, before: DriftCheck | None, to: Link) -> dict[str, Any]:
    """One check of the day; one that found what the check before it had found says so. before: None for the first."""
    text = {"UNKNOWN": "unknown", "CLEAN": "clean"}.get(c.verdict, "")
    text = text or f"drift {drift_words(amount(c.drift, page.account.currency))}, {plural(c.open_count, 'difference')}"
    if before is not None and (c.verdict, c.drift, c.open_count) == (before.verdict, before.drift, before.open_count):
        text = "unchanged"
    here = with_query(to("drift-check", page.account.code, c.day.isoformat()), check=c.public_id)
    ref = None if c.id == page.check.id else {"text": f"as of {moment(c.checked_at)}", "href": here}
    shown = " (shown here)" if c.id == page.check.id else ""
    return {"at": c.checked_at, "tone": "", "actor": "", "text": f"Checked by {c.run}: {text}{shown}", "ref": ref}
