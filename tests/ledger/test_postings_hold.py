"""Generated postings, good and bad, through every door to the tables: at commit nothing is ever out of balance."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.test_append_only import world  # noqa: F401  a fixture
from tests.stories.world import World

RawAs = Callable[..., psycopg.Connection[Any]]
HEADER = (
    "INSERT INTO ledger_transaction (id, status, use_case, effective_on, recorded_at, posted_at, "
    "decision_id, idempotency_key, fingerprint) OVERRIDING SYSTEM VALUE "
    "VALUES (%s, 'POSTED', 'attack', '2026-03-10', now(), now(), (SELECT min(id) FROM checkpoint_decision), "
    "gen_random_uuid()::text, '\\x00')"
)
LEG = "INSERT INTO ledger_entry (transaction_id, leg, account_id, direction, amount_minor) VALUES "
ROW = "(%s, %s, %s, %s, %s)"
OFF = """
    SELECT count(*) FROM (
        SELECT e.tenant_id, e.transaction_id
          FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
         GROUP BY e.tenant_id, e.transaction_id, a.asset
        HAVING sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END) <> 0) x
"""
BARE = (
    "SELECT count(*) FROM ledger_transaction t WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE "
    "e.tenant_id = t.tenant_id AND e.transaction_id = t.id)"
)

legs = st.lists(
    st.tuples(
        st.sampled_from(["clr", "emp", "cash", "btc", "usd"]), st.sampled_from(["DEBIT", "CREDIT"]), st.integers(-1, 3)
    ),
    min_size=0,
    max_size=5,
)
GOOD = ("one statement", "deferred")
doors = st.sampled_from(
    [*GOOD, "header first", "entries first", "copy", "two inserts", "legs later", "immediate", "tenant switch"]
)


class Attacker:
    """Raw SQL as the app role; each attempt is one database transaction of its own."""

    def __init__(self, app: psycopg.Connection[Any], world: World) -> None:
        self.app, self.tenant = app, world.tenant_id
        self.accounts = {code: a.id for code, a in world.accounts.items()}
        self.number = 1_000_000_000

    def attempt(self, rows: list[tuple[str, str, int]], door: str) -> bool:
        """True when the database let it commit."""
        try:
            with self.app.transaction():
                self.app.execute("SELECT set_config('app.tenant_id', %s, true)", [str(self.tenant)])
                self._write(rows, door)
        except psycopg.Error:
            return False
        return True

    def _write(self, rows: list[tuple[str, str, int]], door: str) -> None:
        if door in ("deferred", "immediate"):
            self.app.execute(f"SET CONSTRAINTS ALL {door.upper()}")
        self.number += 1
        values = [(self.number, n, self.accounts[a], d, amount) for n, (a, d, amount) in enumerate(rows, 1)]
        if door == "entries first":
            self._legs(values)
        if door in ("header first", "entries first", "copy"):
            self.app.execute(HEADER, [self.number])
        if door == "header first":
            self._legs(values)
        elif door == "copy":
            self._copy(values)
        elif door in ("two inserts", "legs later"):
            # A good posting, or a part of one, to which the rest is added in a statement of its own.
            self._at_once(values[:1] if door == "two inserts" else values)
            self._legs(values[1:] if door == "two inserts" else [(n, leg + len(rows), *x) for n, leg, *x in values])
        elif door != "entries first":
            self._at_once(values)
        if door == "tenant switch":
            self.app.execute("SELECT set_config('app.tenant_id', '999999', true)")

    def _at_once(self, values: list[tuple[Any, ...]]) -> None:
        legs = f", legs AS ({LEG}{', '.join([ROW] * len(values))})" if values else ""
        with_all = f"WITH header AS ({HEADER}){legs} SELECT"
        self.app.execute(with_all, [self.number, *(x for row in values for x in row)])

    def _legs(self, values: list[tuple[Any, ...]]) -> None:
        if values:
            self.app.execute(LEG + ", ".join([ROW] * len(values)), [x for row in values for x in row])

    def _copy(self, values: list[tuple[Any, ...]]) -> None:
        with self.app.cursor().copy(
            "COPY ledger_entry (transaction_id, leg, account_id, direction, amount_minor) FROM STDIN"
        ) as copy:
            for row in values:
                copy.write_row(row)


def balanced(rows: list[tuple[str, str, int]]) -> bool:
    assets = {"clr": "ETB", "emp": "ETB", "cash": "ETB", "btc": "BTC", "usd": "USD"}
    sums: dict[str, int] = {}
    for account, direction, amount in rows:
        sums[assets[account]] = sums.get(assets[account], 0) + (amount if direction == "DEBIT" else -amount)
    return len(rows) >= 2 and not any(sums.values()) and all(amount > 0 for *_, amount in rows)


@pytest.mark.slow
def test_no_generated_posting_commits_out_of_balance(world: World, raw_as: RawAs, sized: Callable[[int], int]) -> None:
    attacker = Attacker(raw_as("app"), world)
    superuser = raw_as("superuser", autocommit=True)
    outcomes = {True: 0, False: 0}

    @settings(
        max_examples=sized(10_000),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(legs, doors)
    def attack(rows: list[tuple[str, str, int]], door: str) -> None:
        committed = attacker.attempt(rows, door)
        outcomes[committed] += 1
        may = balanced(rows) and door in (*GOOD, "immediate", "tenant switch")
        assert not committed or may, (rows, door)
        assert committed or not (balanced(rows) and door in GOOD), (rows, door)

    attack()
    assert outcomes[False] > 100
    assert superuser.execute(OFF).fetchone() == (0,)
    assert superuser.execute(BARE).fetchone() == (0,)


def test_balanced_postings_do_commit(world: World, raw_as: RawAs) -> None:
    attacker = Attacker(raw_as("app"), world)
    assert attacker.attempt([("clr", "DEBIT", 3), ("emp", "CREDIT", 3)], "one statement")
    assert not attacker.attempt([("clr", "DEBIT", 3), ("emp", "CREDIT", 2)], "one statement")
    assert not attacker.attempt([("clr", "DEBIT", 3), ("btc", "CREDIT", 3)], "one statement")
