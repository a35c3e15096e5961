"""One draft as its template takes it: its words against what is in force, its dry runs, and how it is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.urls import reverse

from console.display import moment, short_day
from console.pages.dry_run import effect_of
from console.pages.links import Link
from console.pages.matchers import draft_row
from console.pages.setting_words import MATCHER, PAIR_WORDS, diff_of, lines_of
from console.pages.words import new_key
from ledger.actors import Actor
from reconciliation.backtest.draft_pages import DraftShown
from reconciliation.backtest.models import DryRun, SettingDraft
from reconciliation.backtest.request_dry_run import USUAL
from reconciliation.permissions import Permission, allowed

STEPS = ("Draft", "Dry run", "Approval", "In force")


def draft_page(
    shown: DraftShown, form: forms.Form | None, actor: Actor, at: datetime, link: Link, *, run: int | None = None,
    note: str = "", errors: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """templates/matchers/draft.html. `run`: the dry run that is looked at, the newest where none is named; `errors` of what
    was sent."""
    d, now = shown.draft, shown.now
    looked = next((r for r in shown.dry_runs if r.number == run), next(iter(shown.dry_runs), None))
    mine = d.made_by_id == actor.person_id and allowed(actor, Permission.SET_UP)
    is_open = d.state == SettingDraft.State.OPEN
    base = d.request.payload["was"] if d.request else now.document
    number = d.request.payload["was_number"] if d.request else now.number
    diff = diff_of(d.about, d.subject, base, d.document)
    return {
        "draft": draft_row(d, link), "about": d.about, "number": d.number, "subject_key": d.subject,
        "subject": PAIR_WORDS.get(d.subject, d.subject), "lines": lines_of(d.about, d.subject, d.document),
        "against": f"version {number}" if number or d.about != MATCHER else "the usual terms",
        "changed": [line for line in diff if line["changed"]],
        "same": ", ".join(line["label"].lower() for line in diff if not line["changed"]),
        "form": form if mine and is_open else None, "key": new_key(),
        "why_fixed": _why_fixed(d, mine, is_open), "steps": _steps(d, looked),
        "runs": [_row(r, d, r is looked) for r in shown.dry_runs],
        "dry": dry_part(looked, d) if looked else None,
        "ask": _ask(actor, d, at) if is_open else None,
        "send": _send(shown, looked, note, errors) if mine and is_open else None,
        "copy_href": reverse("draft-start") if allowed(actor, Permission.SET_UP) else "",
    }  # fmt: skip


def dry_part(r: DryRun, d: SettingDraft) -> dict[str, Any]:
    """templates/matchers/parts/effect.html"""
    working = r.finished_at is None
    done, of = int(r.progress.get("done", 0)), int(r.progress.get("of", 0))
    return {
        "ref": str(r), "working": working, "done": done, "of": of, "refused": r.refused, "asked_by": r.asked_by,
        "progress_href": reverse("dry-run-progress", args=[d.number, r.number]), "as_of": r.asked_at,
        "period": f"{short_day(r.from_on)} to {short_day(r.until_on - timedelta(days=1))}",
        "stale": bytes(r.document_sha256) != bytes(d.document_sha256),
        "digest": bytes(r.result_sha256).hex() if r.result_sha256 else "",
        "against": f"version {r.result['in_force']['number']}" if r.result else "",
        "effect": effect_of(r.result) if r.result else None,
    }  # fmt: skip


def _row(r: DryRun, d: SettingDraft, current: bool) -> dict[str, Any]:
    part = dry_part(r, d)
    words = (
        "running"
        if part["working"]
        else "refused"
        if r.refused
        else "other words"
        if part["stale"]
        else "of these words"
    )
    return {
        "ref": str(r), "href": f"{reverse('draft', args=[d.number])}?run={r.number}", "period": part["period"],
        "by": r.asked_by, "at": r.asked_at, "words": words, "current": current,
    }  # fmt: skip


def _why_fixed(d: SettingDraft, mine: bool, is_open: bool) -> str:
    if not is_open:
        return f"{d} was {d.state} {moment(d.changed_at)} UTC and stands as it was."
    return "" if mine else f"{d} is {d.made_by_label}'s; whoever drafts settings may start one of their own from it."


def _steps(d: SettingDraft, looked: DryRun | None) -> list[dict[str, Any]]:
    state = d.request.state if d.request else ""
    at = 3 if state == "executed" else 2 if d.request else 1 if looked else 0
    says = [
        "",
        str(looked) if looked else "over past days",
        f"CR-{d.request.number} {state}" if d.request else "by a second person",
        "",
    ]
    return [{"label": label, "says": says[n], "current": n == at} for n, label in enumerate(STEPS)]


def _ask(actor: Actor, d: SettingDraft, at: datetime) -> dict[str, Any] | None:
    if not (allowed(actor, Permission.SET_UP) or allowed(actor, Permission.RECONCILE)):
        return None
    today = at.date()
    return {
        "href": reverse("dry-run-ask", args=[d.number]),
        "key": new_key(),
        "first": today - USUAL,
        "last": today - timedelta(days=1),
    }


def _send(shown: DraftShown, looked: DryRun | None, note: str, errors: Sequence[str]) -> dict[str, Any]:
    d = shown.draft
    result = looked.result if looked and bytes(looked.document_sha256) == bytes(d.document_sha256) else None
    same_base = result is not None and result["in_force"]["number"] == shown.now.number
    checks = [
        (shown.now.document != d.document, "It says something else than what is in force", "change something first"),
        (result is not None, "A dry run of these very words has ended", "run it dry first"),
        (same_base, "What the dry run compared with is still in force", "run it dry against what is in force now"),
    ]
    missing = next((says for ok, _, says in checks if not ok), "")
    return {
        "href": reverse("draft-send", args=[d.number]), "key": new_key(), "note": note, "errors": errors,
        "run": looked.number if looked else "", "checks": [{"ok": ok, "text": text} for ok, text, _ in checks],
        "why_not": f"Not yet: {missing}." if missing else "", "says": "A controller other than you decides.",
        "drop_href": reverse("draft-drop", args=[d.number]),
    }  # fmt: skip
