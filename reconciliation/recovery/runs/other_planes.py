"""What the re-run cannot find: the open cases between the other planes. Those of the run's scope are counted when its planes are
compared; those of its gaps' payments are shown beside them. Reads only."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reconciliation.recovery.runs.paths import rows_of
from reconciliation.recovery.runs.scope import RunScope
from reconciliation.recovery.runs.standing import Standing

PAIRS = {"ledger": "provider-ledger", "bank": "ledger-bank"}
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class OtherCase:
    """An open case between other planes than commerce and provider. `counts`: it is a difference of the run's scope, and is
    counted at the close. `contribution` in minor units of `currency`, "" for none."""

    number: int
    pair: str
    exception_class: str
    payment_id: str
    reference: str
    day: date
    contribution: int
    currency: str
    counts: bool


@dataclass(frozen=True, slots=True)
class OtherPlanes:
    """The first cases, those that count before the others; `counted` of them all, MOST_COUNTED for that many or more."""

    cases: list[OtherCase]
    counted: int


def other_planes(standing: Standing, most: int) -> OtherPlanes:
    """One query."""
    values = values_of_scope(standing.scope) | {"run": standing.run.id, "most": most, "most_counted": MOST_COUNTED}
    rows = rows_of("beside", values)
    return OtherPlanes([_case(*row) for row in rows], rows[0][-1] if rows else 0)


def _case(*row: Any) -> OtherCase:
    number, pair, name, payment, reference, day, minor, currency, counts, _ = row
    return OtherCase(number, pair, name, payment, reference, day, int(minor), currency, counts)


def values_of_scope(scope: RunScope) -> dict[str, Any]:
    """What tells the cases of a scope: the pairs of its further planes, its days and its payments."""
    return {
        "pairs": [PAIRS[plane] for plane in scope.planes if plane in PAIRS], "first": scope.first_on,
        "until_on": scope.until_on, "payments": None if scope.payments is None else list(scope.payments),
    }  # fmt: skip
