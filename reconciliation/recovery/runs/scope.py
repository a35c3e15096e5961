"""What a recovery run is about, as somebody says it. Pure: read once from what was typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from reconciliation.errors import BadInput

PLANES = ("commerce", "provider", "ledger", "bank")
ALWAYS = frozenset({"commerce", "provider"})  # a run works on what was sold and what providers say of it
LONGEST_DAYS = 400
MOST_NAMES, LONGEST_NAME = 500, 140


@dataclass(frozen=True, slots=True)
class RunScope:
    """Half-open days in UTC; `accounts` are names of accounts at providers, `payments` payment ids; None is all."""

    first_on: date
    until_on: date
    planes: tuple[str, ...] = ("commerce", "provider")
    accounts: tuple[str, ...] | None = None
    payments: tuple[str, ...] | None = None

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """[since, until)"""
        return _midnight(self.first_on), _midnight(self.until_on)

    def said(self) -> dict[str, Any]:
        """As the run's document states it."""
        return {
            "planes": list(self.planes), "first_on": self.first_on, "until_on": self.until_on,
            "accounts": None if self.accounts is None else list(self.accounts),
            "payments": None if self.payments is None else list(self.payments),
        }  # fmt: skip


def read_scope(
    first_on: date,
    until_on: date,
    planes: Iterable[str] = (),
    accounts: Iterable[str] = (),
    payments: Iterable[str] = (),
) -> RunScope:
    """Raises BadInput naming the field."""
    if not timedelta(0) < until_on - first_on <= timedelta(days=LONGEST_DAYS):
        raise BadInput(f"a period ends after it begins, and has at most {LONGEST_DAYS} days", "until_on")
    chosen = ALWAYS | set(planes)
    if unknown := chosen - set(PLANES):
        raise BadInput(f"no plane is called {sorted(unknown)[0]!r:.20}", "planes")
    named = tuple(p for p in PLANES if p in chosen)
    return RunScope(first_on, until_on, named, _names(accounts, "accounts"), _names(payments, "payments"))


def _names(given: Iterable[str], where: str) -> tuple[str, ...] | None:
    names = tuple(sorted({name.strip() for name in given if name.strip()}))
    if len(names) > MOST_NAMES or any(len(n) > LONGEST_NAME or "\x00" in n for n in names):
        raise BadInput(f"at most {MOST_NAMES} {where}, each of at most {LONGEST_NAME} characters", where)
    return names or None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
