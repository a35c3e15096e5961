"""Runs the named steps of a run's SQL files in order."""

from functools import cache
from typing import Any

from django.db import connection

from reconciliation.named_sql import read_steps


@cache
def _run_file(name: str) -> dict[str, str]:
    return read_steps(__file__, f"run/{name}.sql")


def run_step(
    file: str, step: str, values: dict[str, Any], forms: dict[str, str] | None = None
) -> list[tuple[Any, ...]]:
    """Run one step with bound values; `forms` are fixed SQL fragments chosen by the matcher version, never user text."""
    statement = _run_file(file)[step]
    for slot, fragment in (forms or {}).items():
        statement = statement.replace("{" + slot + "}", fragment)
    with connection.cursor() as cursor:
        cursor.execute(statement, values if "%(" in statement else None)
        return cursor.fetchall() if cursor.description else []
