"""Fold payments anew from the log and state what moved, each move under the decision that allows it.

The payments are locked before their events are read: two workers with events of one payment state it one after the other,
and the second sees both.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.named_sql import read_steps
from reconciliation.provider.folded import Folded, as_row, digest_of, moves_of
from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.lifecycle import fold
from reconciliation.provider.log_events import Touched

SQL = read_steps(__file__, "refold.sql")


def refold(touched: Touched, *, at: datetime) -> list[Folded]:
    """Fold the payments (endpoint, provider's id) and store what changed; returns those. Needs a tenant scope."""
    if not touched:
        return []
    keys = json.dumps(sorted(touched))
    with connection.cursor() as cursor:
        cursor.execute(SQL["ensure"], {"keys": keys, "at": at})
        cursor.execute(SQL["lock"], {"keys": keys})
        held = cursor.fetchall()
        cursor.execute(SQL["events"], {"ids": [row[0] for row in held]})
        events = _events(cursor.fetchall())
        changed = []
        for id_, _, _, status, flags, digest in held:
            lifecycle = fold(events[id_])
            if digest_of(lifecycle) != bytes(digest):
                changed.append(Folded(id_, status, tuple(flags), lifecycle))
        if changed:
            cursor.execute(SQL["state"], {"rows": json.dumps([as_row(f) for f in changed]), "at": at})
        moves = moves_of([f for f in changed if f.moved], at)
        if moves:
            cursor.execute(SQL["moved"], {"rows": json.dumps(moves), "at": at})
    return changed


def _events(rows: Sequence[tuple[Any, ...]]) -> dict[int, list[ProviderEvent]]:
    found: dict[int, list[ProviderEvent]] = defaultdict(list)
    for id_, scheme, event, kind, word, payment, order, occurred_at, amount, asset, txid, flags, detail in rows:
        found[id_].append(ProviderEvent(
            scheme, event, kind, word, payment, order, occurred_at, None if amount is None else int(amount), asset, txid,
            tuple(flags), detail,
        ))  # fmt: skip
    return found
