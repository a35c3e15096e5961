"""Capped counts and single values, asked for together in one query."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from reconciliation.cases.models import ExceptionCase


class Counted:
    """A capped count, to be asked together with others."""

    def __init__(self, cases: QuerySet[ExceptionCase], most: int) -> None:
        self.cases, self.most = cases, most


def counted(cases: QuerySet[ExceptionCase], most: int) -> Counted:
    return Counted(cases, most)


def selected(parts: list[Any]) -> tuple[Any, ...]:
    """Several one-value questions in one query: each a query set of one column and row, or a capped count."""
    asks: list[str] = []
    values: list[Any] = []
    for part in parts:
        query = part.cases.order_by().values("id")[: part.most + 1] if isinstance(part, Counted) else part
        sql, given = query.query.sql_with_params()
        counting = isinstance(part, Counted)
        asks.append(f"(SELECT count(*) FROM ({sql}) counted)" if counting else f"({sql})")  # noqa: S608 (compiled by Django)
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asks)}", values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
