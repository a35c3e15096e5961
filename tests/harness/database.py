"""Fixtures for the database: who is connected, and how a test's rows go away again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
import pytest
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from console.embedded.cluster import Cluster
from tests.harness.emptying import Emptying
from tests.harness.servers import TEMPLATE, session_cluster

Role = Literal["app", "audit", "owner", "check", "superuser"]
LOGINS = {"app": "plumbline_app", "audit": "plumbline_audit"}
ACTED = {"owner": "plumbline_owner", "check": "plumbline_check"}


class SessionServer:
    """Holds the cluster for a run without xdist, or for the controller of a run with it."""

    def __init__(self) -> None:
        self._context = session_cluster()
        self._cluster: Cluster | None = None

    def sockets(self) -> str:
        if self._cluster is None:
            self._cluster = self._context.__enter__()
        return str(self._cluster.sockets)

    def stop(self) -> None:
        if self._cluster is not None:
            self._context.__exit__(None, None, None)


SERVER = SessionServer()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: the controller owns the cluster, each worker is told where it is."""
    node.workerinput["sockets"] = SERVER.sockets()


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVER.stop()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where this session's PostgreSQL is: psycopg keywords for its superuser."""
    workerinput: dict[str, Any] = getattr(request.config, "workerinput", {})
    return {"host": workerinput.get("sockets") or SERVER.sockets(), "user": "postgres"}


def copy_database(server: dict[str, str], source: str, name: str) -> None:
    """A database `name` with all that `source` holds, for the same logins."""
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
        # Two workers that copy at once collide: the source must have no other session.
        admin.execute("SELECT pg_advisory_lock(1)")
        admin.execute(copy)
        # The copy carries neither the grants nor the revocations that stand on the database itself.
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        for login in LOGINS.values():
            admin.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(login)
                )
            )


def drop_database(server: dict[str, str], name: str) -> None:
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Django's connections, of this thread and of threads to come, are on the database `name` inside the block."""
    before = connections["default"].settings_dict["NAME"]
    _point_at(name)
    try:
        yield
    finally:
        _point_at(before)


def _point_at(name: str) -> None:
    connections.close_all()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = connections.settings[alias]["NAME"] = name


@pytest.fixture(scope="session")
def database_name(server: dict[str, str], worker_id: str) -> Iterator[str]:
    """This worker's own copy of the migrated template."""
    name = f"test_{worker_id}"
    copy_database(server, TEMPLATE, name)
    yield name
    drop_database(server, name)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    server: dict[str, str],
    database_name: str,
) -> Iterator[None]:
    """Point Django at this worker's copy. "default" signs in as the app's role: no superuser, bound by row
    security."""
    with django_db_blocker.unblock():
        for alias, user in (("default", LOGINS["app"]), ("owner", server["user"])):
            place = {"HOST": server["host"], "PORT": "", "NAME": database_name, "USER": user, "PASSWORD": ""}
            connections[alias].settings_dict.update(place)
            connections.settings[alias].update(place)
        with psycopg.connect(**server, dbname=database_name, autocommit=True) as admin:
            emptying = Emptying(admin)
            patch = pytest.MonkeyPatch()
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: emptying.empty())
            yield
            patch.undo()
        for connection in connections.all(initialized_only=True):
            connection.close()


@pytest.fixture(scope="session")
def admin_dsn(django_db_setup: None, server: dict[str, str], database_name: str) -> str:
    """The superuser's address of this worker's database, for attacks and for looking behind the policies."""
    return psycopg.conninfo.make_conninfo(**server, dbname=database_name)


@pytest.fixture
def raw_as(admin_dsn: str, transactional_db: None) -> Iterator[Callable[..., psycopg.Connection[Any]]]:
    """`raw_as("app")` opens a psycopg connection as a role: app, audit, owner, check, superuser. Closed at
    the end.

    The test is one of committed connections (`transaction=True`), so the connection sees what Django
    wrote."""
    opened: list[psycopg.Connection[Any]] = []

    def connect(role: Role, *, autocommit: bool = False) -> psycopg.Connection[Any]:
        login = psycopg.connect(admin_dsn, autocommit=autocommit, **({"user": LOGINS[role]} if role in LOGINS else {}))
        opened.append(login)
        if role in ACTED:
            login.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(ACTED[role])))
            if not autocommit:
                login.commit()
        return login

    yield connect
    for connection in opened:
        connection.close()
