"""The drift paths of a run, read from the decisions that its gaps' moves and postings carry, and what closes them. Reads only."""

from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.errors import NotFound
from reconciliation.named_sql import read_steps
from reconciliation.recovery.runs.standing import Standing, standing_of
from reconciliation.recovery.runs.tightening import LAST, DriftPath

SQL = read_steps(__file__, "paths.sql")


def paths_of(standing: Standing) -> list[DriftPath]:
    """The most used first. One query."""
    found: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for move, door, use_case, to_state, state, count in rows_of("paths", values_of_run(standing)):
        found.setdefault((move, door, use_case, to_state), {})[state] = int(count)
    paths = [DriftPath(*key, states) for key, states in found.items()]
    return sorted(paths, key=lambda path: (-path.moves, path.key))


def path_of(standing: Standing, key: str) -> DriftPath:
    """Raises NotFound."""
    for path in paths_of(standing):
        if path.key == key:
            return path
    raise NotFound(f"{standing.run} has no drift path {key!r:.20}")


def proposed(number: int, key: str) -> dict[str, Any]:
    """The document that closes a path of RR-`number`, asked before every checkpoint in force. Needs a tenant scope. Raises
    NotFound, also for a path that policy cannot tell."""
    standing = standing_of(number)
    path = path_of(standing, key)
    if not path.can_be_closed:
        raise NotFound(f"policy cannot tell by its payment whether {path.words}")
    standing_first = CheckpointVersion.objects.filter(state=CheckpointVersion.State.ACTIVE)
    first = min((int(v.document["precedence"]) for v in standing_first), default=LAST + 1)
    return path.document(str(standing.run), max(1, min(first - 1, LAST)))


def values_of_run(standing: Standing) -> dict[str, Any]:
    """What the steps of paths.sql are given."""
    since, until = standing.scope.instants
    return {"run": standing.run.id, "since": since, "until": until}


def rows_of(step: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def span_of(standing: Standing) -> tuple[datetime, datetime]:
    """[since, until) of the run's period."""
    return standing.scope.instants
