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
from reconciliation.errors import NeedsApproval
from reconciliation.postings.requests import PostingRequest

COSTLY = LOOKED_UP | {"asset", "amount"}  # what a single posting in one round trip does not know


def posting_move(r: PostingRequest, actor: Actor) -> Move:
    """A posting as policy sees it without a look at anything: its move, use case, accounts, and who posts by which door."""
    name, accounts = _named(r)
    return Move(name, {"use_case": r.use_case, "account": list(accounts)} | by(actor), r.payment_id or "")


def _named(r: PostingRequest) -> tuple[str, tuple[str, ...]]:
    name = "posting.plan" if r.status == "PENDING" else "posting.post" if r.corrects is None else "posting.repost"
    return name, tuple(sorted({e.account for e in r.entries}))


def is_cheap(move: Move, standing: Standing) -> bool:
    """Whether no clause in force or in the shadow reads about such a move what must be looked up first."""
    return not standing.reads.get(move.name, frozenset()) & COSTLY


def decide_postings(
    requests: Sequence[PostingRequest], accounts: Mapping[str, Account], *, actor: Actor, at: datetime
) -> list[Recorded]:
    """The decision of each posting, in order; postings that no clause can tell apart share one, with their count and digest.

    Raises ForbiddenByPolicy for the first that policy refuses; then none is written."""
    standing = in_force(sure=True)
    named = [_named(r) for r in requests]
    reads = frozenset[str]().union(*(standing.reads.get(name, frozenset()) for name in {n for n, _ in named}))
    payments = [r.payment_id or "" for r in requests] if reads & LOOKED_UP else []
    found = looked_up(reads, payments)
    weighed = "amount" in reads or len(requests) == 1  # else an amount tells apart what no clause tells apart
    classes: dict[Any, list[int]] = defaultdict(list)
    for n, (r, kind) in enumerate(zip(requests, named, strict=True)):
        told = repr(found[payments[n]]) if payments else ""
        amounts = tuple(_amounts(r, accounts).items()) if weighed else ()
        classes[kind, r.use_case, amounts, told].append(n)
    decided: dict[int, Recorded] = {}
    for members in classes.values():
        first = whole_move(requests[members[0]], accounts, actor)
        facts = first.facts | (found[payments[members[0]]] if payments else {})
        if not weighed:
            del facts["amounts"]
        move = replace(first, facts=facts, payment_id=first.payment_id if len(requests) == 1 else "")
        digest = sha256("".join(f"{requests[n].key}\n" for n in members).encode()).digest()
        try:
            decided |= dict.fromkeys(members, store(move, at=at, count=len(members), digest=digest))
        except NeedsApproval as waits:
            if len(requests) == 1:
                raise
            raise NeedsApproval(f"{requests[members[0]].key:.80}: {waits}", waits.decision) from waits
    return [decided[n] for n in range(len(requests))]


def sorted_by_policy(
    requests: Sequence[PostingRequest], *, actor: Actor, at: datetime
) -> tuple[list[PostingRequest], list[PostingRequest]]:
    """Those that policy lets a rule post, and those that wait for an approval, each in order. What it forbids is recorded as
    such, held, and asked again by the next run."""
    standing = in_force(sure=True)
    codes = {e.account for r in requests for e in r.entries}
    accounts = {a.code: a for a in Account.objects.filter(code__in=codes)}
    moves = [whole_move(r, accounts, actor) for r in requests]
    reads = frozenset[str]().union(*(standing.reads.get(m.name, frozenset()) for m in moves))
    found = looked_up(reads, [m.payment_id for m in moves])
    allowed, waiting = [], []
    for r, move in zip(requests, moves, strict=True):
        asked = replace(move, facts=move.facts | found[move.payment_id])
        said = decide(asked, standing.asked, standing.overrides_at(at), standing.freezes)
        if said.outcome == "automatic":
            allowed.append(r)
        elif said.outcome == "approval":
            waiting.append(r)
        else:
            record_whatever(asked, at=at, subjects=[r.key])
    return allowed, waiting


def whole_move(r: PostingRequest, accounts: Mapping[str, Account], actor: Actor) -> Move:
    """A posting as policy sees it, with its assets and amounts. `accounts` are by code."""
    move, amounts = posting_move(r, actor), _amounts(r, accounts)
    return replace(move, facts=move.facts | {"asset": sorted(amounts), "amounts": amounts})


def _amounts(r: PostingRequest, accounts: Mapping[str, Account]) -> dict[str, str]:
    """Asset → its debits in minor units as text, assets in order."""
    moved: dict[str, int] = defaultdict(int)
    for e in r.entries:
        if e.direction == "DEBIT" and e.account in accounts:
            moved[accounts[e.account].asset_id] += e.amount_minor
    return {asset: str(amount) for asset, amount in sorted(moved.items())}
