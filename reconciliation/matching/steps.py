"""Reads a .sql file of named steps ("-- step: name"): the SQL stays readable in one place, Python runs it in order."""

from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection


def read_steps(beside: str, name: str) -> dict[str, str]:
    """The statements of `sql/<name>` in the folder of the module `beside`, by step name."""
    parts = (Path(beside).parent / "sql" / name).read_text().split("-- step: ")[1:]
    return {head.strip(): body.strip() for head, _, body in (part.partition("\n") for part in parts)}


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
