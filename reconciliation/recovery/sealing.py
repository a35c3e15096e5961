"""Seal a bundle: the sections of a subject as of an instant, read set by set, packed, and stored with its digest on the trail,
all in one transaction. General: an incident is one subject, what the sections read is theirs."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import current_tenant
from reconciliation.recovery.models import EvidenceBundle, EvidencePiece
from reconciliation.recovery.packing import FORMAT, Packing

JSONB = 3802
ROWS_AT_ONCE = 2_000
PIECE = 1 << 20


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
        for section in sections:
            packing.add(section.name, _rows(section.query, {**about, "as_of": as_of}))
        slug = Tenant.objects.values_list("slug", flat=True).get(id=current_tenant())
        manifest = packing.close({"subject": subject, "tenant": slug, "as_of": as_of.astimezone(UTC).isoformat()})
        made = _store(out, manifest, subject=subject, asked_key=asked_key, as_of=as_of, actor=actor, at=at)
    audit.record(
        actor, at, "evidence.sealed", str(made), stands_for=subject, sha256=manifest["sha256"],
        file_sha256=bytes(made.file_sha256).hex(), as_of=manifest["as_of"], rows=made.row_count, bytes=made.size_bytes,
    )  # fmt: skip
    return made


def _rows(query: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
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
