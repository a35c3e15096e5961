"""Verifies one tenant's audit chain and book, sharing no code with what writes them: the canonical bytes are put
together
here again, from plain columns, and only psycopg and hashlib are used. Reads as the app or the audit role.

Format: ledger/sql/060_audit.sql. A block's `rows_sha256` is the SHA-256 of its rows' SHA-256 digests in order of (xid,
id); its `sha256` is that of the previous block's digest, `rows_sha256` and the block's own fields.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import psycopg

from ledger.verify_book import broken_book
from ledger.verify_lines import SEP, unescaped

BLOCKS = """
SELECT number, epoch, below_xid::text, row_count, last_id, rows_sha256, previous, sha256,
       (extract(epoch FROM sealed_at) * 1000000)::bigint
  FROM audit_block
 WHERE tenant_id = %s ORDER BY number
"""
# The fields in their canonical order, with the canonical separator as COPY's delimiter: a line is the canonical form.
ROWS = r"""
COPY (SELECT 'v1', tenant_id, id, xid, (extract(epoch FROM at) * 1000000)::bigint, actor_kind, actor, role, action,
             subject, why, policy_version, detail::text, coalesce(encode(content_sha256, 'hex'), '')
        FROM audit_entry WHERE tenant_id = {tenant} AND id > {after} AND id <= {until} ORDER BY xid, id)
  TO STDOUT (DELIMITER E'\x1f')
"""
LAST = 2**63 - 1
UNIT = SEP[0]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `rows` counts audit rows; `unsealed` of them are younger than the last block, not protected yet.
    `head` is "number:digest" of the last block: kept outside the database it shows a tail cut off, see `anchor`."""

    rows: int
    blocks: int
    unsealed: int
    transactions: int
    head: str
    first_bad: str | None

    @property
    def ok(self) -> bool:
        return self.first_bad is None


@dataclass(slots=True)
class Counts:
    rows: int = 0
    unsealed: int = 0
    postings: int = 0


class Broken(Exception):
    """The first thing that does not hold; the message names it."""


def verify(
    connection: psycopg.Connection[Any], tenant_id: int, *, anchor: str = "", anchors: Sequence[str] = ()
) -> Verdict:
    """Verify a tenant in one snapshot, on a connection that is in no transaction. `anchor` and `anchors` are heads of earlier
    verifications: the chain must still contain each."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction(), connection.cursor() as cursor:
        return verify_within(cursor, tenant_id, [anchor, *anchors])


def verify_within(cursor: psycopg.Cursor[Any], tenant_id: int, anchors: Sequence[str]) -> Verdict:
    """The same in the transaction that the cursor is in."""
    counts, blocks, transactions, bad = Counts(), [], 0, None
    cursor.execute(
        "SELECT set_config('app.tenant_id', %s, true), set_config('work_mem', '128MB', true)", [str(tenant_id)]
    )
    try:
        blocks = cursor.execute(BLOCKS, [tenant_id]).fetchall()
        _check_chain(cursor, tenant_id, blocks, counts)
        _check_anchors(anchors, blocks)
    except Broken as broken:
        bad = str(broken)
    if bad is None:
        transactions, bad = broken_book(cursor, tenant_id, counts.postings)
    head = f"{blocks[-1][0]}:{bytes(blocks[-1][7]).hex()}" if blocks else ""
    return Verdict(counts.rows, len(blocks), counts.unsealed, transactions, head, bad)


def _check_chain(cursor: psycopg.Cursor[Any], tenant_id: int, blocks: list[Any], counts: Counts) -> None:
    previous, epochs = b"", _epochs(blocks)
    for n, (after, until, own) in enumerate(epochs):
        # Closed in any case: a COPY left open would block the connection.
        with closing(_rows(cursor, tenant_id, after, LAST if n == len(epochs) - 1 else until)) as rows:
            held = next(rows, None)
            for block in own:
                held, previous = _check_block(block, tenant_id, previous, held, rows, counts)
            while held is not None:
                _count(held[2], counts)
                counts.unsealed += 1
                held = next(rows, None)


def _epochs(blocks: list[Any]) -> list[tuple[int, int, list[Any]]]:
    """Runs of blocks sealed in one cluster, with the ids (after, until] that belong to them: xids restart in a new
    one."""
    runs: list[tuple[int, int, list[Any]]] = [(0, 0, [])]
    for number, block in enumerate(blocks, 1):
        if block[0] != number:
            raise Broken(f"audit block {number} is missing: block {block[0]} stands in its place")
        after, until, own = runs[-1]
        if own and own[-1][1] != block[1]:
            after, until, own = until, until, []
            runs.append((after, until, own))
        own.append(block)
        runs[-1] = (after, max(until, block[4]), own)
    return runs


def _check_block(
    block: Any, tenant_id: int, previous: bytes, held: Any, rows: Iterator[Any], counts: Counts
) -> tuple[Any, bytes]:
    number, epoch, below, row_count, last_id, rows_sha256, linked, own, sealed_at = block
    limit, digest, n, first, last = int(below), sha256(), 0, 0, 0
    add, postings = digest.update, 0  # a loop of a million rounds: nothing is looked up twice in it
    while held is not None and held[0] < limit:
        _, row, line = held
        add(sha256(line).digest())
        postings += line[-1] != UNIT
        first = first or row
        if row > last:
            last = row
        n += 1
        held = next(rows, None)
    counts.rows, counts.postings = counts.rows + n, counts.postings + postings
    named = f"audit block {number} (rows {first} to {last})"
    if bytes(linked) != previous:
        raise Broken(f"audit block {number} does not link to the block before it")
    if n != row_count:
        raise Broken(f"{named}: {n} rows stand where {row_count} were sealed")
    if last != last_id:
        raise Broken(f"{named}: its last row was {last_id} when it was sealed")
    if digest.digest() != bytes(rows_sha256):
        raise Broken(f"{named}: a row differs from what was sealed")
    fields = ("b1", tenant_id, number, epoch, limit, row_count, last_id, sealed_at)
    sealed = sha256(previous + digest.digest() + SEP.join(str(f).encode() for f in fields)).digest()
    if sealed != bytes(own):
        raise Broken(f"audit block {number}: its own digest does not follow from its contents")
    return held, sealed


def _rows(
    cursor: psycopg.Cursor[Any], tenant_id: int, after: int, until: int
) -> Generator[tuple[int, int, bytes], None, None]:
    """(xid, id, canonical bytes) of the audit rows in order of (xid, id), streamed."""
    query = ROWS.format(tenant=int(tenant_id), after=int(after), until=int(until))
    with cursor.copy(query) as copy:
        for data in copy:
            line = bytes(data[:-1])
            if b"\\" in line:
                line = unescaped(line)
            parts = line.split(SEP, 4)
            yield int(parts[3]), int(parts[2]), line


def _count(line: bytes, counts: Counts) -> None:
    counts.rows += 1
    counts.postings += line[-1] != UNIT


def _check_anchors(anchors: Sequence[str], blocks: list[Any]) -> None:
    known = {str(b[0]): bytes(b[7]).hex() for b in blocks}
    for number, _, digest in (anchor.partition(":") for anchor in anchors if anchor):
        if number not in known:
            raise Broken(f"audit block {number} is anchored and gone: {len(blocks)} blocks are left")
        if known[number] != digest:
            raise Broken(f"audit block {number} is not the one that was anchored")
