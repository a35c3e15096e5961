"""Replays the recorded moves of a window set-based: one group per set of facts that clauses can tell apart, each decided twice."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.backtest.compared import direction_of, extra_approvals
from reconciliation.backtest.needs import Needs, move_of
from reconciliation.backtest.result import Forbids
from reconciliation.backtest.side_by_side import SideBySide
from reconciliation.checkpoints.facts import SOURCES
from reconciliation.checkpoints.rules import Decision, decide
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "replay.sql")
NOTHING = "'null', 'false', '\"\"', '[]', '{}', '0'"  # what counts as not given
FILL = ("postings", "settlings", "orders", "single")
MONEY = ("money_of_postings", "money_of_orders", "money_as_recorded")


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many moves were replayed in how many groups, since when, how many of them flip, of how many today's checkpoints say
    otherwise than was recorded, and by name how many they let through and the draft forbids. The flips stand in backtest_flip,
    with their money in backtest_money, until the transaction ends."""

    moves: int
    groups: int
    flips: int
    otherwise: int
    forbids: list[Forbids]
    first_at: datetime | None = None


def replay(sides: SideBySide, *, since: datetime, until: datetime) -> Replayed:
    """Fill the temporary tables of this transaction. Needs a tenant scope; nothing that stands is written."""
    needs = sides.needs
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(SQL["clear"])
        cursor.execute(SQL["tables"])
        values: dict[str, Any] = {
            "since": since, "until": until, "moves": list(needs.moves), "assets": "asset" in needs.named,
            "edges": json.dumps({asset: [str(edge) for edge in edges] for asset, edges in needs.edges.items()}),
        }  # fmt: skip
        facts, names = _facts(needs)
        cursor.execute(SQL["decisions"].replace("{facts}", facts), values | names)
        cursor.execute("ANALYZE backtest_decision")
        for step in FILL:
            cursor.execute(SQL[step])
        cursor.execute("ANALYZE backtest_move")
        for step in _looks(needs):
            cursor.execute(SQL[step].replace("{of}", "backtest_move"))
        cursor.execute(SQL["first"])
        (first_at,) = cursor.fetchone()
        cursor.execute(SQL["whole"], values)
        cursor.execute(SQL["groups"])
        cursor.execute(SQL["asked"])
        asked = cursor.fetchall()
        found, flips = _decided(asked, sides)
        cursor.execute(SQL["verdicts"], {"flips": json.dumps(flips)})
        cursor.execute("ANALYZE backtest_group")
        cursor.execute(SQL["flips"])
        cursor.execute("ANALYZE backtest_flip")
        if not needs.money:
            for step in MONEY:
                cursor.execute(SQL[step].replace("{of}", "backtest_flip"))
        cursor.execute("ANALYZE backtest_money")
    return replace(found, first_at=first_at)


def _facts(needs: Needs) -> tuple[str, dict[str, str]]:
    """The expression that takes out of a decision's inputs what clauses read, and the names in it: values, else given or not."""
    names = {f"fact{n}": name for n, name in enumerate(sorted(needs.named | needs.given))}
    parts = [
        f"%({slot})s::text, d.inputs->%({slot})s" + ("" if name in needs.named else f" NOT IN ({NOTHING})")
        for slot, name in names.items()
    ]
    return f"jsonb_strip_nulls(jsonb_build_object({', '.join(parts)}))", names


def _looks(needs: Needs) -> list[str]:
    """The steps that look up what clauses read beyond the decision itself."""
    steps = list(MONEY) if needs.money else []
    steps += ["told", "fallen", "states"] if "provider_state" in needs.looked_up else []
    return steps + (["matched"] if "matched" in needs.looked_up else [])


def _decided(asked: list[tuple[Any, ...]], sides: SideBySide) -> tuple[Replayed, list[dict[str, Any]]]:
    """Each group decided by both sets: the counts, and the groups that flip."""
    missing = {fact: SOURCES[fact][1] for fact in sides.needs.looked_up}
    moves = otherwise = flipped = 0
    flips: list[dict[str, Any]] = []
    let_through, forbidden = Counter[str](), Counter[str]()
    for g, name, facts, said, count in asked:
        live, draft = _both(name, json.loads(facts), sides, missing)
        direction = direction_of(live, draft)
        moves += int(count)
        otherwise += int(count) * (live.outcome != said)
        if live.outcome != "forbidden":
            let_through[name] += int(count)
            forbidden[name] += int(count) * (draft.outcome == "forbidden")
        if direction:
            flipped += int(count)
            flips.append({
                "g": g, "direction": direction, "live": as_said(live), "draft": as_said(draft),
                "extra": extra_approvals(live, draft), "roles": " ".join(sorted(draft.roles)),
            })  # fmt: skip
    forbids = [Forbids(name, let_through[name], n) for name, n in sorted(forbidden.items()) if n]
    return Replayed(moves, len(asked), flipped, otherwise, forbids), flips


def _both(
    name: str, facts: Mapping[str, Any], sides: SideBySide, missing: Mapping[str, Any]
) -> tuple[Decision, Decision]:
    move = move_of(name, facts, sides.needs, missing)
    lifted = [sides.overrides[number] for number in facts.get("overrides", ())]
    return decide(move, sides.live, lifted), decide(move, sides.draft, lifted)


def as_said(decision: Decision) -> dict[str, Any]:
    """A decision as results state it."""
    return {
        "outcome": decision.outcome, "policy": decision.policy, "version": decision.version, "rule": decision.rule,
        "reason": decision.reason, "quorum": decision.quorum, "roles": sorted(decision.roles),
    }  # fmt: skip
