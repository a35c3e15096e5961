"""Match the planes that payments pass: judge every unit on both pairs, store what matches, answer what does not."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.matching.planes import commerce_provider, provider_ledger
from reconciliation.matching.planes.coming_due import came_due
from reconciliation.matching.planes.findings import Judged, Pair
from reconciliation.matching.planes.read_units import Looked, read_units
from reconciliation.matching.planes.terms import Pinned, pinned_at
from reconciliation.matching.planes.units import ORDER, PAYMENT, POSTING, Unit
from reconciliation.matching.steps import run_step

JUDGES = {"commerce-provider": commerce_provider.judge, "provider-ledger": provider_ledger.judge}
SIDES: dict[Pair, tuple[int, int]] = {"commerce-provider": (ORDER, PAYMENT), "provider-ledger": (PAYMENT, POSTING)}


@dataclass(frozen=True, slots=True)
class JudgedUnit:
    """One unit under one pair."""

    pair: Pair
    unit: Unit
    judged: Judged


@dataclass(frozen=True, slots=True)
class PlanesFound:
    """A run before it is stated. `digest` is over what was found, free of ids that a re-run would number anew."""

    run_id: int
    looked: Looked
    pinned: Pinned
    judged: list[JudgedUnit]
    matched: int
    decision_id: int
    digest: bytes


def run_planes(*, since: datetime, as_of: datetime, last: datetime | None = None) -> PlanesFound:
    """Runs of one tenant come one after the other. With `last`, what came due since then is looked at however long it had
    to wait. Needs a tenant scope."""
    pinned = pinned_at(as_of)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7005, tenant())")
        cursor.execute("SELECT nextval('match_run_id_seq')")
        run_id = int(cursor.fetchone()[0])
    levels = {level for terms in pinned.terms.values() for level in terms.levels}
    spans = came_due(levels, last=last, since=since, at=as_of) if last else []
    looked = read_units(since=since, as_of=as_of, spans=spans)
    judged = [JudgedUnit(pair, unit, JUDGES[pair](unit, pinned.terms[pair])) for unit in looked.units for pair in SIDES]
    matched = [j for j in judged if j.judged.standing == "matched"]
    facts = {"versions": pinned.numbers, "since": since.isoformat(), "as_of": as_of.isoformat()}
    decision = record_decision(
        Move("matcher.settle", facts), at=as_of,
        subjects=(f"{j.pair} {j.unit.payment_id} {j.judged.difference}" for j in matched),
    )  # fmt: skip
    _store(matched, looked, run_id, decision.id)
    return PlanesFound(run_id, looked, pinned, judged, len(matched), decision.id, _digest(judged))


def _store(matched: Sequence[JudgedUnit], looked: Looked, run_id: int, decision_id: int) -> None:
    threads = [[p.id, unit.payment_id] for unit in looked.units for p in unit.payments if not unit.torn]
    values: dict[str, Any] = {
        "threads": json.dumps(threads), "run": run_id, "decision": decision_id,
        "matches": json.dumps([_match(n, j) for n, j in enumerate(matched)]),
    }  # fmt: skip
    for step in ("thread", "wanted", "kept", "freed"):
        run_step("planes", step, values)
    values["new"] = [n for (n,) in run_step("planes", "numbered", values)]
    for step in ("store", "store_legs", "drop"):
        run_step("planes", step, values)


def _match(n: int, j: JudgedUnit) -> dict[str, Any]:
    return {
        "n": n, "pair": j.pair, "difference": str(j.judged.difference), "asset": _asset(j.unit),
        "thread": j.unit.payment_id, "by": j.unit.key, "rows": rows_of(j),
    }  # fmt: skip


def rows_of(j: JudgedUnit) -> list[list[int]]:
    """The unit's rows on the pair's two planes, as (side, row)."""
    rows = [[ORDER, o.id] for o in j.unit.orders] + [[PAYMENT, p.id] for p in j.unit.payments]
    rows += [[POSTING, t.id] for t in j.unit.postings]
    return [row for row in rows if row[0] in SIDES[j.pair]]


def _asset(unit: Unit) -> str:
    named = [o.asset for o in unit.orders] + [p.asset for p in unit.payments] + [t.asset for t in unit.postings]
    return next((asset for asset in named if asset), "")


def _digest(judged: Sequence[JudgedUnit]) -> bytes:
    said = [[j.pair, j.unit.payment_id, j.judged.standing, str(j.judged.difference), j.judged.because,
             [[f.exception_class, f.kind, str(f.contribution)] for f in j.judged.findings]] for j in judged]  # fmt: skip
    return hashlib.sha256(json.dumps(sorted(said)).encode()).digest()
