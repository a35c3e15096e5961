"""What the pages of matchers and drafts read: versions with who asked for them and who approved, runs, drafts, dry runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from reconciliation.approvals.models import ApprovalExecution, ApprovalRequest
from reconciliation.backtest.documents import MATCHER, InForce, in_force
from reconciliation.backtest.drafts import draft_numbered
from reconciliation.backtest.models import DryRun, SettingDraft
from reconciliation.matching.asked_matcher import ALL_PAIRS, document_of
from reconciliation.matching.models import MatcherVersion, MatchRun, PlaneRun
from reconciliation.people.models import Person

RECENT_RUNS, RECENT_DRAFTS, MOST_VERSIONS, MOST_DRY_RUNS = 12, 30, 60, 20


@dataclass(frozen=True, slots=True)
class Origin:
    """The request by which two people set something: its number, who asked, who approved; None where set-up did."""

    number: int
    asked_by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a pair's terms; number 0 stands for the usual ones, before any was set."""

    pair: str
    number: int
    active_from: datetime | None
    document: dict[str, Any]
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was stated: `pinned` are its versions by pair, `digest` what it found; `account` and `days` (half-open) of
    one between ledger and bank, "" and None of one over the other planes."""

    number: int
    account: str
    days: tuple[date, date] | None
    as_of: datetime
    asked_by: str
    pinned: Mapping[str, int]
    rows: int
    matched: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft, its dry runs with the newest first, and what is in force beside it."""

    draft: SettingDraft
    dry_runs: list[DryRun]
    now: InForce


def matcher_versions() -> dict[str, list[Version]]:
    """By pair, the newest first, at least one a pair. Four queries."""
    rows = list(MatcherVersion.objects.order_by("-number")[:MOST_VERSIONS])
    origins = origins_of({row.decision_id for row in rows})
    found: dict[str, list[Version]] = {pair: [] for pair in ALL_PAIRS}
    for row in rows:
        document = document_of(row.plane_pair, vars(row))
        found[row.plane_pair].append(
            Version(row.plane_pair, row.number, row.active_from, document, origins.get(row.decision_id))
        )
    return {pair: own or [Version(pair, 0, None, document_of(pair, None), None)] for pair, own in found.items()}


def origins_of(decisions: set[int]) -> dict[int, Origin]:
    """By decision id. Three queries."""
    made = {r.id: r for r in ApprovalRequest.objects.filter(decision_id__in=decisions, state="executed")}
    executed = ApprovalExecution.objects.filter(request__in=made, approved_by__isnull=False)
    done = {e.request_id: e.approved_by or 0 for e in executed}
    names = dict(Person.objects.filter(id__in=done.values()).values_list("id", "name"))
    return {
        r.decision_id: Origin(r.number, r.made_by_label, names.get(done.get(i, 0), "")) for i, r in made.items()
    }  # fmt: skip


def recent_runs() -> list[Run]:
    """The last runs over any planes, the newest first. Two queries."""
    of_banks = MatchRun.objects.select_related("bank_account", "matcher_version").order_by("-id")[:RECENT_RUNS]
    runs = [
        Run(r.number, r.bank_account.code, (r.from_day, r.until_day), r.ledger_as_of, r.asked_by,
            {r.matcher_version.plane_pair: r.matcher_version.number},
            r.entry_count + r.line_count, r.matched_count, bytes(r.digest))
        for r in of_banks
    ]  # fmt: skip
    runs += [
        Run(r.number, "", None, r.as_of, r.asked_by, r.versions,
            r.order_count + r.payment_count + r.posting_count, r.matched_count, bytes(r.digest))
        for r in PlaneRun.objects.order_by("-id")[:RECENT_RUNS]
    ]  # fmt: skip
    return sorted(runs, key=lambda r: r.number, reverse=True)[:RECENT_RUNS]


def recent_drafts(about: str) -> list[SettingDraft]:
    """The open ones first. One query."""
    rows = SettingDraft.objects.filter(about=about).select_related("request").order_by("-number")[:RECENT_DRAFTS]
    return sorted(rows, key=lambda d: d.state != SettingDraft.State.OPEN)


def draft_shown(number: int) -> DraftShown:
    """Raises NotFound."""
    draft = draft_numbered(number)
    runs = list(DryRun.objects.filter(draft=draft).order_by("-number")[:MOST_DRY_RUNS])
    return DraftShown(draft, runs, in_force(draft.about, draft.subject))


def starting_point(about: str, subject: str, copied: int | None, today: date) -> tuple[str, dict[str, Any]]:
    """Name and document that a new draft starts from: another draft's, else what is in force; a calendar from tomorrow on, for
    days gone by are cut as they were. Raises NotFound."""
    if copied is not None:
        other = draft_numbered(copied)
        if (other.about, other.subject) == (about, subject):
            return other.name, other.document
    number, document = (now := in_force(about, subject)).number, now.document
    if about == MATCHER:
        return f"After version {number}", document
    tomorrow = (today + timedelta(days=1)).isoformat()
    return f"Calendar {number + 1}", document | {"effective_from": max(document["effective_from"], tomorrow)}
