"""What the audit page shows: the trail a page at a time, newest first, its blocks, and what no block protects yet."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from ledger.keyset import SIZE, Page, Place, cut
from ledger.transaction_ids import ids_within, span_of

# Read the way the sealer reads: in the cluster it was sealed in, a row is protected below the head's xid.
HEAD = """
SELECT b.number, b.sha256, b.sealed_at, b.last_id, b.below_xid::text, b.epoch = guard.cluster_epoch(),
       (SELECT sum(row_count) FROM audit_block)
  FROM audit_block b ORDER BY b.number DESC LIMIT 1
"""
OPEN = "SELECT count(*), min(at) FROM audit_entry WHERE {}"
PROTECTED = {None: "false", True: "xid < %(below)s::xid8", False: "id <= %(last)s"}
UNPROTECTED = {None: "true", True: "xid >= %(below)s::xid8", False: "id > %(last)s"}
LIST = """
SELECT id, at, actor_kind, actor, role, action, subject, why, policy_version, detail, {sealed}
  FROM audit_entry
 WHERE (%(subjects)s::text[] IS NULL OR subject = ANY (%(subjects)s::text[])) AND (%(action)s = '' OR action = %(action)s)
   AND (%(actor)s = '' OR actor = %(actor)s) AND (%(first)s::date IS NULL OR at >= %(first)s::date)
   AND (%(until_on)s::date IS NULL OR at < %(until_on)s::date + 1)
   AND (%(mark)s::bigint IS NULL OR id {side} %(mark)s) ORDER BY id {way} LIMIT %(limit)s
"""
# The words to choose from are those of the newest rows: all distinct ones of a million would cost a scan of them.
RECENT = "SELECT DISTINCT action, actor FROM (SELECT action, actor FROM audit_entry ORDER BY id DESC LIMIT 5000) a"
BLOCKS = """
SELECT number, row_count, last_id, sealed_at, sha256 FROM audit_block ORDER BY number DESC LIMIT 8
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last block, and how many rows all blocks protect. `here` is False after a restore into another cluster."""

    number: int
    sha256: str
    sealed_at: datetime
    last_id: int
    below_xid: str
    here: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Line:
    """One audit row; `sealed` when a block protects it."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    role: str
    action: str
    subject: str
    why: str
    policy_version: str
    detail: dict[str, Any]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """`last_id` is the highest row number in it."""

    number: int
    rows: int
    last_id: int
    sealed_at: datetime
    sha256: str


def head() -> Head | None:
    """The last block; None before the first. One query."""
    row = _one(HEAD, {})
    if row is None:
        return None
    number, sha256, sealed_at, last_id, below_xid, here, rows = row
    return Head(number, bytes(sha256).hex(), sealed_at, last_id, below_xid, here, int(rows))


def waiting(top: Head | None) -> tuple[int, datetime | None]:
    """How many rows no block protects yet, and since when the oldest waits. One query."""
    row = _one(OPEN.format(UNPROTECTED[top.here if top else None]), _bounds(top))
    return (0, None) if row is None else (row[0], row[1])


def lines(
    top: Head | None,
    place: Place,
    *,
    subject: str = "",
    action: str = "",
    actor: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Page[Line]:
    """Rows of the trail, newest first, with whether they are protected; `first` and `last` both
    included; `subject` may be a transaction's short id. One
    query, two for a short id."""
    side, way = (">", "ASC") if place.backwards else ("<", "DESC")
    query = LIST.format(sealed=PROTECTED[top.here if top else None], side=side, way=way)
    mark = int(place.mark) if place.mark.isascii() and place.mark.isdigit() and len(place.mark) < 18 else None
    values = {
        "subjects": _subjects(subject),
        "action": action,
        "actor": actor,
        "first": first,
        "until_on": last,
        "mark": mark,
        "limit": SIZE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values | _bounds(top))
        return cut([_line(row) for row in cursor.fetchall()], place)


def _subjects(named: str) -> list[str] | None:
    if span := span_of(named):
        return [str(found) for found in ids_within(span, SIZE)]
    return [named] if named else None


def words() -> tuple[list[str], list[str]]:
    """The actions and the actors of the newest rows, to filter by. One query."""
    with connection.cursor() as cursor:
        cursor.execute(RECENT)
        found = cursor.fetchall()
    return sorted({action for action, _ in found}), sorted({actor for _, actor in found})


def blocks() -> list[Block]:
    """The last blocks, newest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BLOCKS)
        return [Block(number, rows, last, at, sha.hex()) for number, rows, last, at, sha in cursor.fetchall()]


def _bounds(top: Head | None) -> dict[str, Any]:
    return {"below": top.below_xid, "last": top.last_id} if top else {}


def _one(query: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _line(row: tuple[Any, ...]) -> Line:
    id_, at, kind, actor, role, action, subject, why, policy_version, detail, sealed = row
    told = json.loads(detail) if isinstance(detail, str) else detail
    return Line(id_, at, kind, actor, role, action, subject, why, policy_version, told, sealed)
