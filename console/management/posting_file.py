"""A file of postings: JSON lines, or one JSON array. Each row is an act on the book, done in the order of the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.transaction import atomic

from console.management.command import read_day, read_json
from ledger.actors import Actor
from ledger.errors import LedgerRefusal, NotPending, UnknownTransaction
from ledger.models import LedgerTransaction
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.errors import BadInput
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, read_posting

BATCH = 1000
SETTLE_FIELDS = frozenset({"action", "key", "effective_on", "why"})


@dataclass(frozen=True, slots=True)
class Settling:
    """Confirm or fail the PENDING transaction that was planned under `key`."""

    where: str
    action: Literal["confirm", "fail"]
    key: str
    effective_on: date | None
    why: str


Row = tuple[str, PostingRequest] | Settling


def read_rows(content: bytes, name: str) -> list[Row]:
    """Every row checked before any is acted on. Raises BadInput naming the row and the field."""
    if content.lstrip()[:1] == b"[":
        given = read_json(content, name)
    else:
        lines = enumerate(content.splitlines(), 1)
        given = [read_json(line, f"line {n}") for n, line in lines if line.strip()]
    if not given:
        raise BadInput("the file holds no posting", name)
    return [_row(data, f"row {n}") for n, data in enumerate(given, 1)]


def _row(data: Any, where: str) -> Row:
    if not isinstance(data, dict):
        raise BadInput("a row is an object", where)
    action = data.get("action", "plan" if data.get("status") == "PENDING" else "post")
    if action in ("post", "plan"):
        status = "PENDING" if action == "plan" else "POSTED"
        if data.get("status", status) != status:
            raise BadInput(f"the action {action} makes a {status} transaction", f"{where}.status")
        return where, read_posting({k: v for k, v in data.items() if k != "action"} | {"status": status}, where)
    if action not in ("confirm", "fail"):
        raise BadInput("action is post, plan, confirm or fail", f"{where}.action")
    unknown = sorted(set(data) - SETTLE_FIELDS)
    if unknown:
        raise BadInput(f"unknown field {unknown[0]}", f"{where}.{unknown[0]}")
    if not isinstance(data.get("key"), str) or not isinstance(data.get("why", ""), str):
        raise BadInput("key names the planned transaction, why is text", f"{where}.key")
    try:
        day = read_day(data["effective_on"]) if data.get("effective_on") is not None else None
    except (ValueError, TypeError) as error:
        raise BadInput("effective_on is a date, YYYY-MM-DD", f"{where}.effective_on") from error
    return Settling(where, action, data["key"], day, data.get("why", "")[:500])


def act_on(rows: Sequence[Row], *, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Do the rows in order in the caller's scope; answers each with its key, id, and whether it was done now or stood
    already. Raises the refusals of the use cases, named with the row; then nothing may be committed."""
    done: list[dict[str, Any]] = []
    for batch in _batches(rows):
        if isinstance(batch, Settling):
            done.append(_settle(batch, actor, at))
        else:
            done += _post(batch, actor, at)
    return done


def _batches(rows: Sequence[Row]) -> Iterator[list[tuple[str, PostingRequest]] | Settling]:
    """Postings that follow one another go together; a key that comes again goes after its first."""
    batch: list[tuple[str, PostingRequest]] = []
    keys: set[str] = set()
    for row in rows:
        if batch and (isinstance(row, Settling) or len(batch) == BATCH or row[1].key in keys):
            yield batch
            batch, keys = [], set()
        if isinstance(row, Settling):
            yield row
        else:
            batch.append(row)
            keys.add(row[1].key)
    if batch:
        yield batch


def _post(batch: list[tuple[str, PostingRequest]], actor: Actor, at: datetime) -> list[dict[str, Any]]:
    try:
        with atomic():
            posted = post_transactions([r for _, r in batch], actor=actor, at=at, day_of=settlement_day)
    except LedgerRefusal:
        _name_the_row(batch, actor, at)
        raise
    return [
        {"key": r.key, "id": str(p.public_id), "action": "plan" if r.status == "PENDING" else "post", "done": p.created}
        for (_, r), p in zip(batch, posted, strict=True)
    ]


def _name_the_row(batch: list[tuple[str, PostingRequest]], actor: Actor, at: datetime) -> None:
    """The book refuses a batch as a whole: one by one, the row that it refuses is found."""
    for where, request in batch:
        try:
            with atomic():
                post_transactions([request], actor=actor, at=at, day_of=settlement_day)
        except LedgerRefusal as refusal:
            refusal.where = where  # type: ignore[attr-defined]
            raise


def _settle(row: Settling, actor: Actor, at: datetime) -> dict[str, Any]:
    planned = LedgerTransaction.objects.filter(idempotency_key=row.key).select_related("move").first()
    refusal: LedgerRefusal
    if planned is None:
        refusal = UnknownTransaction(f"no transaction was planned under the key {row.key!r:.80}")
        refusal.where = row.where  # type: ignore[attr-defined]
        raise refusal
    answer = {"key": row.key, "id": str(planned.public_id), "action": row.action, "done": True}
    if _stands(planned, row):
        return answer | {"done": False}
    try:
        if row.action == "confirm":
            confirm_transaction(
                planned, effective_on=row.effective_on, actor=actor, at=at, day_of=settlement_day, why=row.why
            )
        else:
            fail_transaction(planned, actor=actor, at=at, why=row.why)
    except NotPending as error:
        error.where = row.where  # type: ignore[attr-defined]
        raise
    return answer


def _stands(planned: LedgerTransaction, row: Settling) -> bool:
    """The same move was made before: the file may be run again."""
    move = getattr(planned, "move", None)
    if move is None or move.to_status != ("POSTED" if row.action == "confirm" else "FAILED"):
        return False
    return row.effective_on is None or move.effective_on == row.effective_on
