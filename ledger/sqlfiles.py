"""Loads the .sql files beside the code into migrations, so that the schema is read where it is used."""

from pathlib import Path

from django.db.migrations import RunSQL


def sql(folder: Path, *names: str) -> list[RunSQL]:
    """One RunSQL per file of `folder`/sql. There is no way back: what states money is never dropped by a migration."""
    return [RunSQL((folder / "sql" / name).read_text(), RunSQL.noop) for name in names]
