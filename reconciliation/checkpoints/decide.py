"""Ask policy and record what it said, in the caller's database transaction. The id returned goes into the move's row."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from reconciliation.checkpoints.facts import looked_up
from reconciliation.checkpoints.in_force import Standing, in_force
from reconciliation.checkpoints.rules import Decision, Move, decide
from reconciliation.errors import ForbiddenByPolicy, Frozen, NeedsApproval

UNASKED = "Nothing was written: it needs an approval. Sent by itself, through a token, it waits for one"
RECORD = """
INSERT INTO checkpoint_decision (at, policy, policy_version, move, inputs, outcome, rule, reason, quorum, subject_count,
       subjects_sha256, override_number)
SELECT %(at)s, %(policy)s, %(version)s, %(move)s, %(inputs)s::jsonb, %(outcome)s, %(rule)s, %(reason)s, %(quorum)s, %(count)s,
       %(digest)s, %(override)s
  FROM checkpoint_standing WHERE stamp = %(stamp)s::uuid RETURNING id
"""
SHADOW = """
INSERT INTO checkpoint_shadow (version_id, decision_id, outcome, policy, policy_version, rule, reason, quorum, differs)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
FOR_PREVIEW = """
INSERT INTO checkpoint_decision (at, policy, policy_version, move, inputs, outcome, rule, reason, quorum, subject_count,
       subjects_sha256)
VALUES (%s, 'preview', 0, %s, '{}', 'automatic', 'preview', 'Worked out and taken back.', 0, 1, '') RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision that stands in the database under `id`."""

    id: int
    decision: Decision


def record_decision(
    move: Move, *, at: datetime, subjects: Iterable[str] = (), count: int | None = None, asked: bool = False
) -> Recorded:
    """Decide on a move and store the decision, beside what every version under evaluation would have said. `subjects` are
    hashed and counted for set-based work; `asked`: it comes as a request, which may wait for an approval.

    Raises NeedsApproval where it may not, and ForbiddenByPolicy with the policy's sentence; it carries the decision, which
    whoever answers the refusal records (`record_refused`), for the refused scope is rolled back.
    """
    n, digest = counted(subjects)
    return store(move, at=at, count=n if count is None else count, digest=digest, asked=asked)


def record_whatever(move: Move, *, at: datetime, subjects: Iterable[str]) -> Recorded:
    """The same, also when policy forbids: for rules that leave what is held and ask again. The caller looks at the
    outcome."""
    n, digest = counted(subjects)
    return store(move, at=at, count=n, digest=digest, refused_too=True)


def counted(subjects: Iterable[str]) -> tuple[int, bytes]:
    """How many, and their SHA-256, a line each."""
    digest, n = hashlib.sha256(), 0
    for subject in subjects:
        digest.update(subject.encode() + b"\n")
        n += 1
    return n, digest.digest()


def store(
    move: Move, *, at: datetime, count: int, digest: bytes, refused_too: bool = False, asked: bool = False
) -> Recorded:
    """The same for subjects that the caller has counted and hashed."""
    for sure in (False, True):
        standing = in_force(sure=sure)
        decision = decide(with_facts(move, standing), standing.asked, standing.overrides_at(at), standing.freezes)
        if not refused_too:
            require_allowed(decision, asked=asked)
        if stored := _insert(decision, standing, at=at, count=count, digest=digest):
            return stored
    raise ForbiddenByPolicy("the checkpoints are being changed at this moment; try again")


def ask(move: Move, at: datetime) -> Decision:
    """What policy says now, recorded nowhere: for previews, and to see whether a request still stands."""
    standing = in_force(sure=True)
    return decide(with_facts(move, standing), standing.asked, standing.overrides_at(at), standing.freezes)


def record_refused(decision: Decision, *, at: datetime) -> int | None:
    """Store a decision that forbade, in a scope of its own after the refused one rolled back; None where checkpoints changed
    meanwhile."""
    standing = in_force(sure=True)
    subject = hashlib.sha256(b"").digest()
    found = _insert(decision, standing, at=at, count=1, digest=subject)
    return found.id if found else None


def decision_for_preview(move: str, at: datetime) -> int:
    """A decision for an effect that is run in a savepoint and taken back. The database refuses to commit it."""
    with connection.cursor() as cursor:
        cursor.execute(FOR_PREVIEW, [at, move])
        return int(cursor.fetchone()[0])


def require_allowed(decision: Decision, *, asked: bool = False) -> Decision:
    """The decision itself, unless it forbids: then ForbiddenByPolicy with the policy's sentence, or Frozen with the window's.
    NeedsApproval where it asks for one and the move was not `asked` for as a request."""
    if decision.frozen:
        raise Frozen(decision.reason, decision)
    said = f"{decision.policy_version}, clause {decision.rule}: {decision.reason}"
    if decision.outcome == "forbidden":
        raise ForbiddenByPolicy(said, decision)
    if decision.outcome == "approval" and not asked:
        raise NeedsApproval(f"{said} {UNASKED}", decision)
    return decision


def with_facts(move: Move, standing: Standing) -> Move:
    """The move with what clauses read about its payment, where its caller has not said it."""
    reads = standing.reads.get(move.name, frozenset()) - move.facts.keys()
    found = looked_up(reads, [move.payment_id])[move.payment_id]
    return replace(move, facts=move.facts | found) if found else move


def _insert(decision: Decision, standing: Standing, *, at: datetime, count: int, digest: bytes) -> Recorded | None:
    move = decision.move
    with connection.cursor() as cursor:
        cursor.execute(RECORD, {
            "at": at, "policy": decision.policy, "version": decision.version, "move": move.name,
            "inputs": json.dumps(_inputs(move)), "outcome": decision.outcome, "rule": decision.rule,
            "reason": decision.reason, "quorum": decision.quorum, "count": count, "digest": digest,
            "override": decision.override, "stamp": standing.stamp,
        })  # fmt: skip
        row = cursor.fetchone()
        if row is None:
            return None
        for said in shadows_of(decision, standing, at):
            cursor.execute(SHADOW, [said[0], row[0], *said[1:]])
    return Recorded(int(row[0]), decision)


def shadows_of(
    live: Decision, standing: Standing, at: datetime
) -> list[tuple[int, str, str, int, str, str, int, bool]]:
    """What each version under evaluation says of the move: version, outcome, policy, version's number, rule, reason, quorum,
    and whether that is another answer than the live one."""
    found: list[tuple[int, str, str, int, str, str, int, bool]] = []
    for shadow in standing.shadows if not live.frozen else ():
        if live.move.name not in shadow.moves:
            continue
        said = decide(live.move, shadow.asked, standing.overrides_at(at))
        differs = (said.outcome, said.quorum, said.roles) != (live.outcome, live.quorum, live.roles)
        found.append((
            shadow.version_id, said.outcome, said.policy, said.version, said.rule, said.reason, said.quorum, differs,
        ))  # fmt: skip
    return found


def _inputs(move: Move) -> dict[str, object]:
    return move.facts | ({"payment_id": move.payment_id} if move.payment_id else {})


def policy_of(decision_id: int) -> str:
    """The policy and version of a recorded decision, as the audit trail names them. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT policy || ' v' || policy_version FROM checkpoint_decision WHERE id = %s", [decision_id])
        return str(cursor.fetchone()[0])
