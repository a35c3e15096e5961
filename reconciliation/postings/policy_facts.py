"""What policy is asked about postings: the move of each, its facts, and one decision for all that are alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from ledger.actors import Actor
from ledger.models import Account
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import Recorded, record_whatever, store
from reconciliation.checkpoints.facts import looked_up
from reconciliation.checkpoints.in_force import Standing, in_force
from reconciliation.checkpoints.rules import Move, decide
from reconciliation.checkpoints.vocabulary import LOOKED_UP
from reconciliation.postings.requests import PostingRequest

COSTLY = LOOKED_UP | {"asset", "amount"}  # what a single posting in one round trip does not know


def posting_move(r: PostingRequest, actor: Actor) -> Move:
    """A posting as policy sees it without a look at anything: its move, use case, accounts, and who posts by which door."""
    name = "posting.plan" if r.status == "PENDING" else "posting.post" if r.corrects is None else "posting.repost"
    accounts = sorted({e.account for e in r.entries})
    return Move(name, {"use_case": r.use_case, "account": accounts} | by(actor), r.payment_id or "")


def is_cheap(move: Move, standing: Standing) -> bool:
    """Whether no clause in force or in the shadow reads about such a move what must be looked up first."""
    return not standing.reads.get(move.name, frozenset()) & COSTLY


def decide_postings(
    requests: Sequence[PostingRequest], accounts: Mapping[str, Account], *, actor: Actor, at: datetime
) -> list[Recorded]:
    """The decision of each posting, in order; postings that no clause can tell apart share one, with their count and digest.

    Raises ForbiddenByPolicy for the first that policy refuses; then none is written."""
    standing = in_force(sure=True)
    moves = [_whole(posting_move(r, actor), r, accounts) for r in requests]
    reads = frozenset[str]().union(*(standing.reads.get(m.name, frozenset()) for m in moves))
    found = looked_up(reads, [m.payment_id for m in moves])
    classes: dict[str, list[int]] = defaultdict(list)
    for n, move in enumerate(moves):
        told = move.facts | found[move.payment_id]
        if len(moves) > 1 and "amount" not in reads:
            del told["amounts"]  # tells apart what no clause tells apart
        moves[n] = replace(move, facts=told, payment_id=move.payment_id if len(moves) == 1 else "")
        classes[repr((move.name, sorted(told.items())))].append(n)
    decided: dict[int, Recorded] = {}
    for members in classes.values():
        digest = sha256("".join(f"{requests[n].key}\n" for n in members).encode()).digest()
        stored = store(moves[members[0]], at=at, count=len(members), digest=digest)
        decided |= dict.fromkeys(members, stored)
    return [decided[n] for n in range(len(requests))]


def allowed_by_policy(requests: Sequence[PostingRequest], *, actor: Actor, at: datetime) -> list[PostingRequest]:
    """Those that policy lets a rule post, in order. What it forbids is recorded as such, held, and asked again by the next
    run."""
    standing = in_force(sure=True)
    codes = {e.account for r in requests for e in r.entries}
    accounts = {a.code: a for a in Account.objects.filter(code__in=codes)}
    moves = [_whole(posting_move(r, actor), r, accounts) for r in requests]
    reads = frozenset[str]().union(*(standing.reads.get(m.name, frozenset()) for m in moves))
    found = looked_up(reads, [m.payment_id for m in moves])
    allowed = []
    for r, move in zip(requests, moves, strict=True):
        asked = replace(move, facts=move.facts | found[move.payment_id])
        said = decide(asked, standing.asked, standing.overrides_at(at))
        if said.outcome == "automatic":
            allowed.append(r)
        else:
            record_whatever(asked, at=at, subjects=[r.key])
    return allowed


def _whole(move: Move, r: PostingRequest, accounts: Mapping[str, Account]) -> Move:
    moved: dict[str, int] = defaultdict(int)
    for e in r.entries:
        if e.direction == "DEBIT" and e.account in accounts:
            moved[accounts[e.account].asset_id] += e.amount_minor
    amounts: dict[str, Any] = {asset: str(amount) for asset, amount in sorted(moved.items())}
    return replace(move, facts=move.facts | {"asset": sorted(moved), "amounts": amounts})
