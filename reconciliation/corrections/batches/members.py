"""Which transactions a batch corrects: every standing one of a use case that its rule in force contradicts. Set-based."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ledger.models import LedgerTransaction
from reconciliation.errors import NoCorrection
from reconciliation.named_sql import read_steps
from reconciliation.postings.models import PostingRule

STEPS = read_steps(__file__, "members.sql")


@dataclass(frozen=True, slots=True)
class Members:
    """The ids in order, as a set with its digest (hex)."""

    ids: tuple[int, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the ids, a line feed between them: the database holds the members against it."""
        return hashlib.sha256("\n".join(map(str, self.ids)).encode()).hexdigest()

    @property
    def frozen(self) -> dict[str, Any]:
        return {"count": len(self.ids), "sha256": self.digest}


def members_against(rule: PostingRule) -> Members:
    """Those that stand against the rule now. One query over the use case's transactions."""
    return Members(tuple(id_ for (id_,) in rows("against", use_case=rule.use_case, directions=rule.directions)))


def require_correctable(rule: PostingRule, members: Members) -> None:
    """Raise NoCorrection where the rule names too few accounts to put a member right."""
    found = rows("unbalanced", directions=rule.directions, ids=members.ids)
    if found:
        first = LedgerTransaction.objects.get(id=found[0][0])
        raise NoCorrection(
            f"by {rule} the debits and credits of {first} would differ; the rule names too few of its accounts"
        )


def rows(step: str, **given: Any) -> list[tuple[Any, ...]]:
    """Run a step of sql/members.sql and answer its rows, none where it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(STEPS[step], {name: _bound(value) for name, value in given.items()})
        return list(cursor.fetchall()) if cursor.description else []


def _bound(value: Any) -> Any:
    if isinstance(value, Mapping):
        return json.dumps(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
