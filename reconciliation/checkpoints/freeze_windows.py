"""Open and end a freeze window: steps of whoever opens an incident or a recovery, in their database transaction. The window's rows
are never edited; each change of them renews the mark under which decisions are recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.checkpoints.freeze_models import FreezeEnd, FreezeWindow
from reconciliation.checkpoints.freezing import freezable
from reconciliation.checkpoints.in_force import forget
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.errors import BadInput


@dataclass(frozen=True, slots=True)
class Scope:
    """`moves` of the vocabulary on `planes` (None: all), about `accounts` (codes, None: all), days [first, until) (None: all)."""

    moves: frozenset[str]
    accounts: frozenset[str] | None = None
    planes: frozenset[str] | None = None
    first_day: date | None = None
    until_day: date | None = None


def hold_freezes() -> None:
    """Have the tenant's windows to oneself until commit. Taken before cases are touched: what executes holds its share of this
    lock when it comes to its case, so the other way round the two would wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold_freezes()")


def open_window(
    scope: Scope, *, kind: Literal["incident", "recovery"], subject: str, reason: str, decision_id: int, policy_version: str,
    actor: Actor, at: datetime,
) -> FreezeWindow:  # fmt: skip
    """The window as it stands from commit. Needs a tenant scope. Raises BadInput for a scope that holds nothing that a window
    may hold."""
    moves = sorted(m for m in scope.moves if scope.planes is None or VOCABULARY[m].plane in scope.planes)
    if not moves or not all(freezable(m) for m in moves):
        raise BadInput("a window holds corrections, overrides and moves by hand", "moves")
    hold_freezes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('freeze', 1)")
        (number,) = cursor.fetchone()
    made = FreezeWindow.objects.create(
        number=number, kind=kind, subject=subject, reason=reason, moves=moves, planes=_stated(scope.planes),
        accounts=_stated(scope.accounts), first_day=scope.first_day, until_day=scope.until_day, opened_at=at,
        opened_by=actor.id, decision_id=decision_id,
    )  # fmt: skip
    audit.record(
        actor, at, "freeze.opened", str(made), why=reason, policy_version=policy_version, stands_for=subject, moves=moves,
        accounts=made.accounts or "all",
    )  # fmt: skip
    forget(current_tenant())
    return made


def end_window(
    window_id: int, *, why: str, decision_id: int, policy_version: str, actor: Actor, at: datetime
) -> None:  # fmt: skip
    """From commit nothing is held by it any more. Needs a tenant scope; the database refuses an incident's before its release."""
    window = FreezeWindow.objects.get(id=window_id)
    FreezeEnd.objects.create(window=window, ended_at=at, ended_by=actor.id, why=why, decision_id=decision_id)
    audit.record(
        actor, at, "freeze.ended", str(window), why=why, policy_version=policy_version, stands_for=window.subject
    )  # fmt: skip
    forget(current_tenant())


def _stated(values: Iterable[str] | None) -> list[str] | None:
    return None if values is None else sorted(values)
