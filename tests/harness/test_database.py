"""The harness itself: who the tests are when they touch the database, and that nothing stays behind."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

BOUND = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


@pytest.mark.django_db
def test_tests_run_as_the_app_and_cannot_bypass_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BOUND)
        assert cursor.fetchone() == ("plumbline_app", False)


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("app", "plumbline_app"),
        ("audit", "plumbline_audit"),
        ("owner", "plumbline_owner"),
        ("check", "plumbline_check"),
        ("superuser", "postgres"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_raw_connection_is_who_it_says(raw_as: Callable[..., psycopg.Connection[Any]], role: str, name: str) -> None:
    assert raw_as(role).execute("SELECT current_user").fetchone() == (name,)


@pytest.mark.parametrize("_turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_committed_row_is_gone_for_the_next_test(raw_as: Callable[..., psycopg.Connection[Any]], _turn: int) -> None:
    admin = raw_as("superuser", autocommit=True)
    admin.execute("INSERT INTO ledger_tenant (slug, name) VALUES ('kobbo', 'Kobbo')")
    assert admin.execute("SELECT count(*) FROM ledger_tenant").fetchone() == (1,)


def test_the_broker_is_real(valkey: str) -> None:
    import redis

    with redis.Redis.from_url(valkey) as client:
        assert client.ping()
