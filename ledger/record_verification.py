"""Verify a tenant and keep what was found: the verdict stands beside the ledger until the next one."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.anchors.anchor_chain import last_anchor
from ledger.anchors.note import BadAnchor
from ledger.anchors.shelf import Shelf
from ledger.models import AuditAnchor, AuditVerification, Tenant
from ledger.tenancy import tenant
from ledger.verify import Verdict, verify

log = logging.getLogger("plumbline.ledger")


def record_verification(
    tenant_id: int, *, actor: Actor, at: datetime, anchor: str = "", shelf: Shelf | None = None
) -> Verdict:
    """Verify the audit chain and the book of a tenant in a snapshot of their own, and store the verdict where the login
    may write (the audit role may only read). `anchor` is the head of an earlier verification; without one, the last
    stored head that held is taken, so that a tail cut off since is found. The chain must contain every anchor on the `shelf`
    outside the database, and the shelf every anchor that was put there. Opens its own scopes."""
    with tenant(tenant_id):
        heads = [anchor or _last_head()]
        slug, last = Tenant.objects.values_list("slug", flat=True).get(id=tenant_id), last_anchor()
    kept, trouble = _kept(shelf, slug, last) if shelf else ([], "")
    with _separate_connection() as own:
        found = verify(own, tenant_id, anchors=[*heads, *kept])
    if trouble and found.ok:
        found = replace(found, first_bad=trouble)
    if not found.ok:
        log.error("LEDGER DOES NOT VERIFY", extra={"tenant_id": tenant_id, "first_bad": found.first_bad})
    with tenant(tenant_id):
        if _may_write():
            _store(found, actor, at)
    return found


def _kept(shelf: Shelf, slug: str, last: AuditAnchor | None) -> tuple[list[str], str]:
    """The heads that are anchored outside, and why they prove nothing, "" where they do."""
    try:
        kept = [anchor.named for anchor in shelf.anchors(slug)]
    except BadAnchor as bad:
        return [], f"integrity not proven: the anchors outside the database, {shelf.place(slug).name}: {bad}"
    if last is not None and last.head not in kept:
        gone = "are gone" if not kept else f"lack the one of block {last.block}"
        return kept, f"integrity not proven: the anchors outside the database, {shelf.place(slug).name}, {gone}"
    return kept, ""


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
