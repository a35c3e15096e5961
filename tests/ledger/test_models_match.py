"""The models that SQL owns the tables of, compared with the tables as they stand: names, types and nulls."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = pytest.mark.django_db
COLUMNS = """
SELECT a.attname, coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text, a.attnotnull OR t.typnotnull
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
"""
FAMILIES: dict[str, str] = {
    "smallint": "integer", "integer": "integer", "bigint": "integer", "numeric": "numeric", "text": "text",
    "character varying": "text", "boolean": "boolean", "date": "date", "time": "time", "time without time zone": "time",
    "timestamp with time zone": "instant", "uuid": "uuid", "bytea": "bytes", "jsonb": "json", "xid8": "xid",
}  # fmt: skip
# Columns that the database keeps for itself: no code of ours reads or writes them through a model.
DATABASE_ALONE = {("ledger_transaction", "created_xid"), ("audit_entry", "xid"), ("audit_block", "below_xid")}
UNMANAGED = [m for m in apps.get_models() if not m._meta.managed]


def family(sql_type: str) -> str:
    plain, array = sql_type.removesuffix("[]"), sql_type.endswith("[]")
    return FAMILIES[plain] + "[]" * array


def said(field: "models.Field[Any, Any]") -> str:
    """The family of the type that Django would give the column; a key has that of what it names."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    own = str(target.rel_db_type(connection) if target is not field else target.db_type(connection))
    own = own.removesuffix("[]").split("(")[0]
    return FAMILIES[own] + "[]" * str(field.db_type(connection)).endswith("[]")


def stored(table: str) -> dict[str, tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return {name: (family(type_), not null) for name, type_, null in cursor.fetchall()}


def test_there_are_models_to_compare() -> None:
    assert len(UNMANAGED) > 30


@pytest.mark.parametrize("model", UNMANAGED, ids=lambda m: m._meta.db_table)
def test_a_model_says_what_its_table_holds(model: type[models.Model]) -> None:
    table = model._meta.db_table
    known = {f.column: (said(f), f.null) for f in model._meta.concrete_fields if f.column}
    found = {name: kind for name, kind in stored(table).items() if (table, name) not in DATABASE_ALONE}
    assert found, f"no table {table}"
    assert {n: (known.get(n), found.get(n)) for n in known.keys() | found.keys() if known.get(n) != found.get(n)} == {}
