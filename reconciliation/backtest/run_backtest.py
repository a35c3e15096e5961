"""Work out what a document would have done to the moves of a window, and keep it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.backtest import figures
from reconciliation.backtest.models import Backtest, BacktestFlip
from reconciliation.backtest.probing import looser_moves
from reconciliation.backtest.replay import Replayed, replay
from reconciliation.backtest.result import FLIPS_KEPT, LARGEST, Flip, Result, as_json
from reconciliation.backtest.side_by_side import SideBySide, side_by_side
from reconciliation.checkpoints.documents import digest_of, require_document
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require

LONGEST = timedelta(days=1100)


def run_backtest(
    *,
    document: Mapping[str, Any],
    since: datetime,
    until: datetime,
    actor: Actor,
    at: datetime,
    number: int | None = None,
) -> Backtest:
    """Replay [since, until) and store the result with the flips it lists. `number` is the version's, None for a document that is no
    version. Needs a tenant scope. The checkpoints, moves and cases stay as they are.

    Raises NotPermitted, BadInput (the document, naming the place; the window).
    """
    require(actor, Permission.VIEW_SETTINGS)
    whole = require_document(dict(document))
    if not since < until:
        raise BadInput("a window ends after it starts", "until")
    if until - since > LONGEST:
        raise BadInput(f"a window is no longer than {LONGEST.days} days", "since")
    sides = side_by_side(whole, number or 0)
    replayed = replay(sides, since=since, until=until)
    figures.judge((since, until))
    flips = figures.kept(FLIPS_KEPT)
    said = as_json(_result(whole, number, sides, replayed, flips, (since, until), at))
    made = _store(whole, number, said, flips, (since, until), actor, at)
    audit.record(
        actor, at, "checkpoint.backtested", whole["title"] + (f" v{number}" if number else ""), key=whole["key"],
        document=said["document_sha256"], result=said["result_sha256"], since=since.isoformat(), until=until.isoformat(),
        replayed=replayed.moves, flips=replayed.flips, looser=said["looser"],
    )  # fmt: skip
    return made


def _result(
    document: dict[str, Any],
    number: int | None,
    sides: SideBySide,
    replayed: Replayed,
    flips: list[Flip],
    span: figures.Span,
    at: datetime,
) -> Result:
    loosened = figures.tally("direction = 'looser'")
    seen = figures.tallies("move", "direction = 'looser'")
    unseen = [m for m in looser_moves(sides.needs, sides.live, sides.draft, sides.changed) if (m,) not in seen]
    days = figures.drift_days(span)
    prevented, of = figures.plane_cases()
    return Result(
        key=document["key"], title=document["title"], number=number, document_sha256=digest_of(document).hex(),
        against=sides.against,
        since=span[0].isoformat(), until=span[1].isoformat(), as_of=at.isoformat(),
        recorded_from=replayed.first_at.isoformat() if replayed.first_at else None, moves=list(sides.needs.moves),
        replayed=replayed.moves, groups=replayed.groups, otherwise=replayed.otherwise, flips=replayed.flips, kept=len(flips),
        looser=bool(loosened.moves or unseen), unseen_looser=unseen, loosened=loosened,
        other_people=figures.tally("direction = 'other people'"), stricter=figures.tally("direction = 'stricter'"),
        turns=figures.turns(), forbids=replayed.forbids, blocked=figures.blocked(),
        hindered=figures.hindered(span, replayed.first_at),
        not_made=figures.tally("turned = 'not made'"),
        drift_days=days, drift_days_prevented=sum(d.prevented for d in days), plane_cases=of, plane_cases_prevented=prevented,
        weeks=figures.weeks(span), largest=[f for f in flips if f.rank is not None and f.rank <= LARGEST],
    )  # fmt: skip


def _store(
    document: dict[str, Any],
    number: int | None,
    said: dict[str, Any],
    flips: list[Flip],
    span: figures.Span,
    actor: Actor,
    at: datetime,
) -> Backtest:
    made = Backtest.objects.create(
        policy_key=document["key"], number=number, document=document, document_sha256=digest_of(document), since=span[0],
        until=span[1], replayed=said["replayed"], flips=said["flips"], looser=said["looser"], result=said,
        result_sha256=bytes.fromhex(said["result_sha256"]), made_at=at, made_by=actor.name or actor.id,
    )  # fmt: skip
    BacktestFlip.objects.bulk_create([
        BacktestFlip(
            backtest_id=made.id, position=f.position, direction=f.direction, turned=f.turned, flip=json.loads(json.dumps(asdict(f)))
        )
        for f in flips
    ])  # fmt: skip
    return made
