"""Bring cases in line with what a run found, whatever planes it matched. Set-based: a handful of statements.

An item: n, day, class, cause, kind (of planes other than the bank), title, contribution, currency, payment, reference,
severity, due (seconds), rows ([side, row, leg]), evidence; auto where a rule ends it: code, matcher, because, and its figures.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from reconciliation.cases.resolutions import GONE
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "sync.sql")
STEPS = ("stage", "known", "one_case_each", "number", "fate", "open", "rows", "seen_events", "seen", "kept")


def sync_items(items: Sequence[dict[str, Any]], values: dict[str, Any], *, gone: str) -> list[tuple[int, bool]]:
    """The case id of each item, in order, and whether it is open now. `gone` names the step that closes what is no longer
    found."""
    values = values | {"items": json.dumps(list(items)), "gone": list(GONE)}
    with connection.cursor() as cursor:
        for step in (*STEPS, gone):
            cursor.execute(SQL[step], values if "%(" in SQL[step] else None)
        cursor.execute(SQL["answer"])
        found = [(case_id, is_open) for case_id, is_open in cursor.fetchall()]
        cursor.execute(SQL["drop"])
    return found
