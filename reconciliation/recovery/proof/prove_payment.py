"""Prove one payment: what the planes hold of it, who let it through under which policy, and its place in the chain, as a small
bundle that its own verifier reads. Made when it is asked for and kept nowhere; that it was handed out is on the trail."""

import hashlib
from datetime import datetime
from typing import Any, BinaryIO

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound, NotHeld
from reconciliation.lookup.facts import PaymentFacts
from reconciliation.lookup.read_payment import read_payment
from reconciliation.permissions import Permission, require
from reconciliation.recovery.packing import Packing
from reconciliation.recovery.proof import verify
from reconciliation.recovery.proof.sections import NAMED, POSTINGS, named, sections_of
from reconciliation.recovery.sealing import pack, said_of

SECTIONS = [*sections_of(__file__, "payment.sql"), *POSTINGS]


def prove_payment(*, key: str, out: BinaryIO, actor: Actor, at: datetime) -> dict[str, Any]:
    """Write the bundle to `out`, which is empty and can be read, and answer its manifest with `name`, a file's name. As of the
    newest block. Needs a tenant scope. Raises NotPermitted, NotFound, BundleTooLarge, and NotHeld while the proof does not verify:
    a row that is younger than the last block has no place in the chain yet."""
    require(actor, Permission.DOWNLOAD_EVIDENCE)
    facts = read_payment(key)
    if not facts.known:
        raise NotFound("no payment has this key")
    audit.seal(at)
    as_of = max(at, _sealed_at() or at)
    packing = Packing(out)
    head = pack(packing, SECTIONS, _about(facts, as_of), up_to=_anchored)
    manifest = packing.close(said_of(facts.thread, as_of, head))
    _require_that_it_verifies(out)
    audit.record(
        actor, at, "payment.proven", f"payment {facts.thread}", sha256=manifest["sha256"], head=manifest["head"],
        as_of=manifest["as_of"], file_sha256=_digest(out),
    )  # fmt: skip
    return manifest | {"name": f"proof-{manifest['tenant']}-{manifest['sha256'][:12]}.zip"}


def _digest(out: BinaryIO) -> str:
    out.seek(0)
    try:
        return hashlib.file_digest(out, "sha256").hexdigest()  # type: ignore[arg-type]
    finally:
        out.seek(0)


def _about(facts: PaymentFacts, as_of: datetime) -> dict[str, Any]:
    refs = [p.payment_ref for p in facts.payments if p.payment_ref]
    threads = {
        facts.key,
        facts.thread,
        *refs,
        *(p.payment_id for p in facts.payments),
        *(o.payment_id for o in facts.orders),
    }
    about: dict[str, Any] = {
        "threads": sorted(t for t in threads if t), "refs": refs, "orders": [o.id for o in facts.orders],
        "payments": [p.id for p in facts.payments], "lines": [line.id for line in facts.lines],
        "transactions": [t.id for t in facts.transactions], "subjects": [], "in_force": False, "as_of": as_of,
    }  # fmt: skip
    return named(NAMED, ("transactions", "asked", "decided"), about)


def _anchored(last: int, as_of: datetime) -> tuple[int, str] | None:
    """Where the chain of the proof may end: at the first anchor behind its last row, so that it stays small."""
    found = _one(NAMED["anchor"], {"last": last, "as_of": as_of})
    return (int(found[0]), str(found[1])) if found else None


def _sealed_at() -> datetime | None:
    found = _one("SELECT max(sealed_at) FROM audit_block", {})
    return found[0] if found else None


def _one(query: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


def _require_that_it_verifies(out: BinaryIO) -> None:
    out.seek(0)
    try:
        verify.check(verify.unpack(out.read()))
    except verify.Failure as failure:
        raise NotHeld(f"no proof can be handed out at this moment, for it would not verify: {failure}") from failure
    finally:
        out.seek(0)
