"""Verify a tenant and keep what was found: the verdict stands beside the ledger until the next one."""

import logging
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.models import AuditVerification
from ledger.tenancy import tenant
from ledger.verify import Verdict, verify

log = logging.getLogger("plumbline.ledger")


def record_verification(tenant_id: int, *, actor: Actor, at: datetime, anchor: str = "") -> Verdict:
    """Verify the audit chain and the book of a tenant in a snapshot of their own, and store the verdict where the login
    may write (the audit role may only read). `anchor` is the head of an earlier verification; without one, the last
    stored head that held is taken, so that a tail cut off since is found. Opens its own scopes."""
    with tenant(tenant_id):
        anchor = anchor or _last_head()
    with _separate_connection() as own:
        found = verify(own, tenant_id, anchor=anchor)
    if not found.ok:
        log.error("LEDGER DOES NOT VERIFY", extra={"tenant_id": tenant_id, "first_bad": found.first_bad})
    with tenant(tenant_id):
        if _may_write():
            _store(found, actor, at)
    return found


def last_verification() -> AuditVerification | None:
    """The latest stored verdict of the tenant in scope. One query."""
    return AuditVerification.objects.order_by("-id").first()


def _last_head() -> str:
    held = AuditVerification.objects.filter(ok=True).order_by("-id").values_list("head", flat=True).first()
    return held or ""


def _may_write() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('audit_verification', 'INSERT')")
        return bool(cursor.fetchone()[0])


def _store(found: Verdict, actor: Actor, at: datetime) -> None:
    AuditVerification.objects.create(
        at=at, ok=found.ok, row_count=found.rows, block_count=found.blocks, unsealed=found.unsealed,
        transactions=found.transactions, head=found.head, first_bad=found.first_bad or "", verified_by=actor.id,
    )  # fmt: skip
    audit.record(
        actor,
        at,
        "ledger.verified",
        "the audit chain and the book",
        why=found.first_bad or "",
        ok=found.ok,
        head=found.head,
    )


def _separate_connection() -> "psycopg.Connection[Any]":
    """One snapshot for all of it needs a connection in no transaction."""
    where = connection.settings_dict
    given = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    return psycopg.connect(dbname=where["NAME"], **{k: v for k, v in given.items() if v})
