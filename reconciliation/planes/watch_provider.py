"""Bring cases in line with what the provider plane reports of itself: gaps that waited, types that nothing reads, confirmations
that failed. A run that finds what its cases say already writes nothing."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.errors import NotPending
from ledger.tenancy import current_tenant
from reconciliation.cases.sync_log_cases import LogDifference, LogSync, known_rows, sync_log_cases, what_differs
from reconciliation.errors import BadInput, ForbiddenByPolicy, NeedsApproval, NotPermitted, RequestNotOpen
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.asked_terms import USUAL_HOURS
from reconciliation.named_sql import read_steps
from reconciliation.permissions import Permission, require
from reconciliation.planes.log_differences import (
    BOOKED,
    GAP,
    LOG,
    FailedConfirmation,
    UnreadType,
    of_failed_confirmation,
    of_gap,
    of_unread_type,
)
from reconciliation.provider.folded import CONFIRM_SETTLEMENT
from reconciliation.provider.polling.gaps import LOOKED_BACK, waited_gaps

log = logging.getLogger("plumbline.provider")
SQL = read_steps(__file__, "watch.sql")
# Refused for what stands there, so that trying again alone mends nothing; a reference that nobody carries yet may come.
REFUSALS = [
    kind.__name__ for kind in (BadInput, ForbiddenByPolicy, NeedsApproval, NotPending, NotPermitted, RequestNotOpen)
]


@dataclass(frozen=True, slots=True)
class Watched:
    """One run: how many cases it opened or changed, and how many differences were gone."""

    number: int
    changed: int
    gone: int


def watch_provider(*, actor: Actor, at: datetime) -> Watched | None:
    """The run, or None when every case says already what stands. Needs a tenant scope. Raises NotPermitted."""
    require(actor, Permission.RECONCILE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7008, tenant())")
    found: dict[str, list[LogDifference]] = {LOG: _gaps(at) + _unread_types(), BOOKED: _failed_confirmations()}
    syncs = [s for pair, own in found.items() if (s := what_differs(pair, own, at=at)).changed or s.gone]
    if not syncs:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('run', 1), nextval('match_run_id_seq')")
        number, run_id = map(int, cursor.fetchone())
    for sync in syncs:
        cases = sync_log_cases(sync, run_id=run_id, run_label=f"MR-{number}", at=at)
        _tell(sync, dict(zip((d.row for d in sync.changed), cases, strict=True)))
    changed, gone = sum(len(s.changed) for s in syncs), sum(len(s.gone) for s in syncs)
    audit.record(
        actor, at, "provider.watched", f"MR-{number}", changed=changed, gone=gone,
        kinds=sorted({d.kind for s in syncs for d in s.changed}),
    )  # fmt: skip
    return Watched(number, changed, gone)


def _gaps(at: datetime) -> list[LogDifference]:
    held = [row for side, row in known_rows(LOG) if side == GAP]
    return [of_gap(w) for w in waited_gaps(before=at - gap_waits(at), since=at - LOOKED_BACK, held=held)]


def gap_waits(at: datetime) -> timedelta:
    """How long a gap may stand before it is a case: what the terms of commerce and provider say. Needs a tenant scope."""
    version = (
        MatcherVersion.objects.filter(plane_pair="commerce-provider", active_from__lte=at).order_by("-number").first()
    )
    return timedelta(hours=int((version.service_hours if version else {}).get("gap", USUAL_HOURS["gap"])))


def _unread_types() -> list[LogDifference]:
    return _read("unread_types", {}, lambda row: of_unread_type(UnreadType(*row)))


def _failed_confirmations() -> list[LogDifference]:
    values: dict[str, Any] = {"kind": CONFIRM_SETTLEMENT, "refusals": REFUSALS}
    return _read("failed_confirmations", values, lambda row: of_failed_confirmation(FailedConfirmation(*row)))


def _read(step: str, values: dict[str, Any], made: Callable[[tuple[Any, ...]], LogDifference]) -> list[LogDifference]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        return [made(row) for row in cursor.fetchall()]


def _tell(sync: LogSync, cases: dict[tuple[int, int], int]) -> None:
    """A failed confirmation is told to whoever listens to the log, once each."""
    for d in sync.fresh:
        if d.kind == "confirmation_failed":
            log.error(
                "SETTLEMENT CONFIRMATION FAILED",
                extra={
                    "tenant_id": current_tenant(), "payment_id": d.payment, "partner_reference": d.reference,
                    "case_id": cases[d.row], "because": d.reason,
                },
            )  # fmt: skip
