"""The audit trail's one writer for acts outside the book, and its sealer. The book writes its own rows in SQL."""

from datetime import datetime
from typing import Any

from django.db import connection

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import current_tenant


def record(
    actor: Actor,
    at: datetime,
    action: str,
    subject: str,
    *,
    why: str = "",
    policy_version: str = "-",
    **detail: Any,
) -> None:
    """Append one audit row in the current database transaction. `action` is dotted: `case.assigned`; what a person did
    through a token of theirs names it. Needs a tenant scope."""
    current_tenant()
    AuditEntry.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor=actor.id,
        role=actor.role,
        action=action,
        subject=subject,
        why=why,
        policy_version=policy_version,
        detail=({"through_token": actor.token} if actor.token else {}) | detail,
    )


UNSEALED = """
SELECT count(*), max(a.id) FROM audit_entry a
 WHERE a.xid >= coalesce((SELECT b.below_xid FROM audit_block b WHERE b.epoch = guard.cluster_epoch()
                          ORDER BY b.number DESC LIMIT 1), '0')
   AND a.id > coalesce((SELECT max(b.last_id) FROM audit_block b WHERE b.epoch <> guard.cluster_epoch()), 0)
   AND (%(up_to)s::bigint IS NULL OR a.id <= %(up_to)s)
"""


def unsealed(up_to: int | None = None) -> tuple[int, int]:
    """How many rows no block holds yet, of those up to the id `up_to`, and the last of them (0: none). Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED, {"up_to": up_to})
        count, last = cursor.fetchone()
    return int(count), int(last or 0)


def seal(at: datetime) -> int:
    """Seal every audit row whose writer has ended into one chained block. Returns the number of rows sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_audit(%s)", [at])
        (rows,) = cursor.fetchone()
    return int(rows)
