"""Cases of what the provider plane must not keep silent about: gaps between a listing and the log, events of a type that nothing
reads, confirmations that failed. Each stands on one row and is one case, however often it is found."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from reconciliation.cases.plane_titles import plane_title
from reconciliation.cases.sync_items import sync_items
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "log_cases.sql")
LEGS = {
    "provider-log": 3,
    "provider-ledger": 4,
    "commerce-provider": 5,
}  # apart from those of the runs across the planes

ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LogDifference:
    """One difference. `row` is (side, row id) and names it for ever; `contribution` in minor units of `currency`, which is ""
    where no amount is stated."""

    pair: str
    kind: str
    exception_class: str
    cause: int | None
    row: tuple[int, int]
    day: date
    contribution: int
    currency: str
    payment: str
    reference: str
    reason: str
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case that stands on a row. `stage`: how far a thing had come when the evidence was
    kept, "" where nothing moves on by itself; `due_again`: it was put off until a time that has come."""

    id: int
    kind: str
    exception_class: str
    contribution: int
    number: int
    payment: str
    stage: str
    due_again: bool


@dataclass(frozen=True, slots=True)
class LogSync:
    """What differs from the cases that stand: differences to write, and rows whose difference is gone."""

    pair: str
    changed: list[LogDifference]
    fresh: list[LogDifference]
    gone: list[tuple[int, int]]


def known_rows(pair: str) -> dict[tuple[int, int], int]:
    """(side, row) of the open cases of a pair → case. Needs a tenant scope."""
    return {row: known.id for row, known in _known(pair, (), ANY_TIME).items()}


def what_differs(pair: str, found: Sequence[LogDifference], *, at: datetime) -> LogSync:
    """One query. Needs a tenant scope."""
    known = _known(pair, [d.row for d in found], at)
    changed = [d for d in found if d.row not in known or _otherwise(d, known[d.row])]
    wanted = {d.row for d in found}
    return LogSync(pair, changed, [d for d in found if d.row not in known], [r for r in known if r not in wanted])


def sync_log_cases(sync: LogSync, *, run_id: int, run_label: str, at: datetime) -> list[int]:
    """Open, change and close; returns the case of each changed difference, in order. Needs a tenant scope."""
    decision = record_decision(
        Move("case.open", {"plane_pair": sync.pair, "run": run_label}), at=at, count=len(sync.changed),
        subjects=(f"{d.row[0]}:{d.row[1]} {d.exception_class} {d.kind} {d.contribution}" for d in sync.changed),
    )  # fmt: skip
    leg = LEGS[sync.pair]
    looked = [list(d.row) for d in sync.changed] + [list(row) for row in sync.gone]
    values = {
        "account": None, "pair": sync.pair, "leg": leg, "looked": json.dumps(looked), "run": run_id, "run_label": run_label,
        "at": at, "decision": decision.id, "matcher": "",
    }  # fmt: skip
    items = [_item(n, d, leg) for n, d in enumerate(sync.changed)]
    return [case for case, _ in sync_items(items, values, gone="gone_planes")]


def _known(pair: str, rows: Sequence[tuple[int, int]], at: datetime) -> dict[tuple[int, int], KnownCase]:
    values: dict[str, Any] = {
        "pair": pair,
        "leg": LEGS[pair],
        "at": at,
        "sides": [r[0] for r in rows],
        "rows": [r[1] for r in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["known"], values)
        known: list[tuple[Any, ...]] = cursor.fetchall()
    return {(r[0], r[1]): KnownCase(r[2], r[3], r[4], int(r[5]), r[6], r[7], r[8], r[9]) for r in known}


def _otherwise(d: LogDifference, known: KnownCase) -> bool:
    told = (known.kind, known.exception_class, known.contribution, known.payment, known.stage)
    return (
        told != (d.kind, d.exception_class, d.contribution, d.payment, d.evidence.get("stage", "")) or known.due_again
    )


def _item(n: int, d: LogDifference, leg: int) -> dict[str, Any]:
    meant, rows = CLASSES[d.exception_class], [[*d.row, leg]]
    usual = {
        "reason": d.reason, "rule": 0, "kind": d.kind, "known": [], "related": [], "rows": rows, "matcher": {},
        "tolerance": "0", "orders": [], "payments": [], "postings": [],
    }  # fmt: skip
    return {
        "n": n, "day": d.day.isoformat(), "class": d.exception_class, "cause": d.cause, "kind": d.kind,
        "title": plane_title(d.pair, d.kind), "contribution": str(d.contribution), "currency": d.currency,
        "payment": d.payment, "reference": d.reference, "severity": meant.severity, "due": int(meant.due.total_seconds()),
        "rows": rows, "evidence": usual | d.evidence,
    }  # fmt: skip
