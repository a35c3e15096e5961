"""The page of matchers: per pair the versions with what each changed, the drafts, and the last runs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse

from console.display import moment, short_day
from console.pages.links import Link
from console.pages.setting_words import MATCHER, PAIR_WORDS, diff_of, lines_of
from ledger.actors import Actor
from reconciliation.backtest.draft_pages import Origin, Run, Version
from reconciliation.backtest.models import SettingDraft
from reconciliation.permissions import Permission, allowed, holders


def matchers_page(
    versions: Mapping[str, Sequence[Version]],
    drafts: Sequence[SettingDraft],
    runs: Sequence[Run],
    actor: Actor,
    link: Link,
) -> dict[str, Any]:
    """templates/matchers/list.html"""
    pairs = [
        {"name": pair, "words": PAIR_WORDS[pair], "now": lines_of(MATCHER, pair, own[0].document),
         "versions": [_version(v, own[n + 1] if n + 1 < len(own) else None, n == 0, link) for n, v in enumerate(own)]}
        for pair, own in versions.items()
    ]  # fmt: skip
    open_drafts = sum(d.state == SettingDraft.State.OPEN for d in drafts)
    may = allowed(actor, Permission.SET_UP)
    roles = ", ".join(role.replace("_", " ") for role in holders(Permission.SET_UP))
    return {
        "pairs": pairs, "drafts": [draft_row(d, link) for d in drafts], "runs": [_run(r) for r in runs],
        "sub": f"{len(pairs)} pairs of planes, {open_drafts} draft{'' if open_drafts == 1 else 's'} open.",
        "start_href": reverse("draft-start") if may else "",
        "why_not": "" if may else f"Drafting terms needs the role {roles}; you act as {actor.role.replace('_', ' ')}.",
    }  # fmt: skip


def draft_row(d: SettingDraft, link: Link) -> dict[str, Any]:
    """One draft in a list."""
    return {
        "ref": str(d), "href": link("draft", d.number), "name": d.name, "of": PAIR_WORDS.get(d.subject, d.subject),
        "maker": d.made_by_label, "changed_at": d.changed_at, "state": d.state,
        "request": f"CR-{d.request.number}" if d.request else "",
        "request_href": link("approval", d.request.number) if d.request else "",
        "request_state": d.request.state if d.request else "",
    }  # fmt: skip


def origin_words(origin: Origin | None, set_up: bool = True) -> str:
    """Who asked and who approved; what set-up did has neither."""
    if origin is None:
        return "set-up" if set_up else "the usual terms"
    return f"{origin.asked_by}, approved by {origin.approved_by}"


def _version(v: Version, before: Version | None, current: bool, link: Link) -> dict[str, Any]:
    changed = [
        line for line in diff_of(MATCHER, v.pair, before.document, v.document) if line["changed"]
    ] if before else []  # fmt: skip
    return {
        "number": v.number, "current": current, "since": moment(v.active_from) if v.active_from else "from the beginning",
        "by": origin_words(v.origin, v.number > 0), "request": f"CR-{v.origin.number}" if v.origin else "",
        "request_href": link("approval", v.origin.number) if v.origin else "", "changed": changed,
        "lines": lines_of(MATCHER, v.pair, v.document),
    }  # fmt: skip


def _run(r: Run) -> dict[str, Any]:
    pinned = ", ".join(f"v{number}" for number in r.pinned.values())
    over = "orders, payments and postings"
    if r.days is not None:
        first, last = short_day(r.days[0]), short_day(r.days[1] - timedelta(days=1))
        over = f"{r.account}, {first}" if first == last else f"{r.account}, {first} to {last}"
    return {
        "ref": f"MR-{r.number}", "over": over, "as_of": r.as_of, "by": r.asked_by, "pinned": pinned, "rows": r.rows,
        "matched": r.matched, "digest": r.digest.hex(),
    }  # fmt: skip
