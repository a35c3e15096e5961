"""Seal a bundle: the sections of a subject as of an instant, read set by set, packed, and stored with its digest on the trail,
all in one transaction. General: an incident is one subject, what the sections read is theirs."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import current_tenant
from reconciliation.named_sql import read_steps
from reconciliation.recovery.models import EvidenceBundle, EvidencePiece
from reconciliation.recovery.packing import FORMAT, Packing

JSONB = 3802
ROWS_AT_ONCE = 2_000
PIECE = 1 << 20
HEAD = """
SELECT number, number || ':' || encode(sha256, 'hex') FROM audit_block WHERE sealed_at <= %(as_of)s OR number <= %(needed)s
 ORDER BY number DESC LIMIT 1
"""
STEPS = read_steps(f"{Path(__file__).parent}/proof/places", "chain.sql")
LAST_BLOCK = STEPS.pop("last_block")
CHAIN = STEPS
NO_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Section:
    """One file of a bundle: a query whose rows come in an order that is fixed by what they say. It names its columns, and none that
    holds a key, a token or a signature."""

    name: str
    query: str


def seal_bundle(
    subject: str, sections: Sequence[Section], about: Mapping[str, Any], *, asked_key: str, as_of: datetime, actor: Actor,
    at: datetime,
) -> EvidenceBundle:  # fmt: skip
    """The sealed bundle; the one that stands under the same subject and key is answered again. `about` is what the queries are
    given beside `as_of`. Needs a tenant scope. Raises BundleTooLarge."""
    if stands := EvidenceBundle.objects.filter(subject=subject, asked_key=asked_key).first():
        return stands
    with TemporaryFile() as out:
        packing = Packing(out)
        head = pack(packing, sections, {**about, "as_of": as_of})
        manifest = packing.close(said_of(subject, as_of, head))
        made = _store(out, manifest, subject=subject, asked_key=asked_key, as_of=as_of, actor=actor, at=at)
    audit.record(
        actor, at, "evidence.sealed", str(made), stands_for=subject, sha256=manifest["sha256"],
        file_sha256=bytes(made.file_sha256).hex(), as_of=manifest["as_of"], rows=made.row_count, bytes=made.size_bytes,
    )  # fmt: skip
    return made


def pack(
    packing: Packing, sections: Sequence[Section], values: Mapping[str, Any], *,
    up_to: Callable[[int, datetime], tuple[int, str] | None] = lambda last, as_of: None,
) -> str:  # fmt: skip
    """The sections, and the place in the chain of every audit row among them: that is the same for all bundles, and stands in for
    a section of its name. Answers the head that the chain ends with: the last of `as_of`, or of the rows told, which may be sealed
    after it; or an earlier one that `up_to` finds good enough for rows up to a block."""
    told: list[int] = []
    for section in sections:
        if section.name not in CHAIN:
            rows = rows_of(section.query, values)
            packing.add(section.name, _noted(rows, told) if section.name == "audit" else rows)
    needed = _last_block(told)
    last, head = up_to(needed, values["as_of"]) or _head(needed, values["as_of"])
    for name, query in CHAIN.items():
        packing.add(name, rows_of(query, {"rows": told, "last": last}))
    return head


def _noted(rows: Iterator[dict[str, Any]], told: list[int]) -> Iterator[dict[str, Any]]:
    for row in rows:
        told.append(row["row"])
        yield row


def _last_block(told: list[int]) -> int:
    """The number of the last block that holds one of the rows, 0 without one."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_BLOCK, {"rows": told, "last": NO_END})
        return int(cursor.fetchone()[0] or 0)


def _head(needed: int, as_of: datetime) -> tuple[int, str]:
    """The number of the last block then, of `needed` when that came later, 0 without one; and the head as a manifest states it."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD, {"needed": needed, "as_of": as_of})
        number, head = cursor.fetchone() or (0, "")
    return int(number), str(head)


def said_of(subject: str, as_of: datetime, head: str) -> dict[str, Any]:
    """What a manifest says of the whole: whose rows, about what, as of when, and the head of the audit chain."""
    tenant = current_tenant()
    return {
        "subject": subject, "tenant": Tenant.objects.values_list("slug", flat=True).get(id=tenant), "tenant_id": tenant,
        "as_of": as_of.astimezone(UTC).isoformat(), "head": head,
    }  # fmt: skip


def rows_of(query: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of a section, streamed; JSON as it stands, its fractions as text."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        names: list[tuple[str, bool]] = []
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            names = names or [(c.name, c.type_code == JSONB) for c in cursor.description]
            for row in rows:
                yield {
                    name: json.loads(value, parse_float=str) if is_json and value is not None else value
                    for (name, is_json), value in zip(names, row, strict=True)
                }


def _store(
    out: BinaryIO, manifest: Mapping[str, Any], *, subject: str, asked_key: str, as_of: datetime, actor: Actor, at: datetime
) -> EvidenceBundle:  # fmt: skip
    size = out.seek(0, 2)
    out.seek(0)
    digest = hashlib.file_digest(out, "sha256").digest()  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('evidence', 1)")
        (number,) = cursor.fetchone()
    made = EvidenceBundle.objects.create(
        number=number, subject=subject, asked_key=asked_key, format=FORMAT, as_of=as_of, sealed_at=at, sealed_by=actor.id,
        manifest=dict(manifest), row_count=manifest["rows"], size_bytes=size, sha256=bytes.fromhex(manifest["sha256"]),
        file_sha256=digest,
    )  # fmt: skip
    out.seek(0)
    position = 0
    while content := out.read(PIECE):
        EvidencePiece.objects.create(bundle=made, position=position, content=content)
        position += 1
    return made
