"""A database of its own for a benchmark: migrated, written by the app role, dropped afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

NAME = "plumbline_bench"


def admin_connection(database: str) -> psycopg.Connection[Any]:
    """A superuser's connection, for what a benchmark may do and the product may not: making and emptying its database."""
    admin = settings.DATABASES["owner"]
    where = {"host": admin["HOST"], "port": admin["PORT"], "user": admin["USER"], "password": admin["PASSWORD"]}
    return psycopg.connect(**{k: v for k, v in where.items() if v}, dbname=database, autocommit=True)


@contextmanager
def bench_database(name: str = NAME) -> Iterator[psycopg.Connection[Any]]:
    """Point Django at a fresh migrated database; yields the admin's connection to it. The figures stay, the rows go."""
    with admin_connection("postgres") as admin:
        _drop(admin, name)
        kept = {alias: connections.databases[alias]["NAME"] for alias in ("default", "owner")}
        point_at(name)
        try:
            call_command("prepare_database", verbosity=0)
            with admin_connection(name) as inside:
                yield inside
        finally:
            _point_at(kept)
            _drop(admin, name)


def point_at(name: str) -> None:
    """Everything that the product asks from now on is asked of this database."""
    _point_at(dict.fromkeys(("default", "owner"), name))


def _point_at(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        if getattr(connections[alias], "close_pool", None):
            connections[alias].close_pool()
        connections.databases[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def _drop(admin: psycopg.Connection[Any], name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
