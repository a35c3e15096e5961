"""Make the roles, the database and the schemas, then migrate. Run it as often as you like."""

from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg import sql

from console.embedded.places import APP, AUDIT

OWNER, CHECK, FIGURES = "plumbline_owner", "plumbline_check", "plumbline_figures"
# What each role may be; NOBYPASSRLS is the default, said aloud because everything rests on it.
ROLES = {
    # NOINHERIT: the owner may hand functions to the check role, and must not see through its policies for it.
    OWNER: "NOLOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    CHECK: "NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    AUDIT: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    # Sees what the metrics are counted from and nothing else; the app takes it for a scrape.
    FIGURES: "NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
}
LIBRARY_TABLES = {
    "sessions": "SELECT, INSERT, UPDATE, DELETE",
    "account": "SELECT, INSERT, UPDATE, DELETE",
    "mfa": "SELECT, INSERT, UPDATE, DELETE",
    "auth": "SELECT",
    "contenttypes": "SELECT",
}
# 15.14 is the first with the fixes that row security rests on.
OLDEST = 150_014


class Command(BaseCommand):
    help = "Create roles, database and schema where missing, and migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-migrate", action="store_true", help="stop before migrating")

    def handle(self, *args: Any, **options: Any) -> None:
        admin, app = settings.DATABASES["owner"], settings.DATABASES["default"]
        if app["USER"] != APP:
            raise CommandError(f"DATABASE_URL must sign in as {APP}, not {app['USER']!r}: the grants name that role")
        where = {
            "host": admin["HOST"],
            "port": admin["PORT"],
            "user": admin["USER"],
            "password": admin["PASSWORD"],
        }
        where = {key: value for key, value in where.items() if value}
        try:
            with psycopg.connect(**where, dbname="postgres", autocommit=True) as connection:
                prepare_roles(connection, {APP: app["PASSWORD"], AUDIT: password_of(settings.DATABASE_AUDIT_URL)})
                prepare_database(connection, app["NAME"])
            with psycopg.connect(**where, dbname=app["NAME"]) as connection:
                prepare_schemas(connection)
        except psycopg.Error as error:
            raise CommandError(f"the database could not be prepared: {error}") from error
        if not options["no_migrate"]:
            call_command("migrate", database="owner", interactive=False, verbosity=options["verbosity"])
            with psycopg.connect(**where, dbname=app["NAME"]) as connection:
                grant_sign_in(connection)


def password_of(url: str) -> str:
    return unquote(urlsplit(url).password or "")


def prepare_roles(connection: psycopg.Connection[Any], passwords: dict[str, str]) -> None:
    """Create the five roles where missing, set the passwords that are given, and let the admin act as the
    owner."""
    if connection.info.server_version < OLDEST:
        raise CommandError("PostgreSQL 15.14 or newer is needed")
    for role, may in ROLES.items():
        name = sql.Identifier(role)
        found = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [role]
        ).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE ROLE {} ").format(name) + sql.SQL(may))
        elif found[0]:
            raise CommandError(f"{role} may bypass row security: ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS first")
        if passwords.get(role):
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(passwords[role])))
    for role in (OWNER, CHECK):
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
    # The owner hands its checks over to the role that sees all tenants.
    # Granted anew each time: PostgreSQL 16 and later fix at the grant whether it is inherited.
    connection.execute(sql.SQL("ALTER ROLE {} NOINHERIT").format(sql.Identifier(OWNER)))
    connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(CHECK), sql.Identifier(OWNER)))
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(CHECK), sql.Identifier(OWNER)))
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(FIGURES), sql.Identifier(APP)))


def prepare_database(connection: psycopg.Connection[Any], name: str) -> None:
    """Create the database where missing; only those that sign in may connect."""
    database = sql.Identifier(name)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                database, sql.Identifier(OWNER)
            )
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for role in (APP, AUDIT):
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(role))
        )


def prepare_schemas(connection: psycopg.Connection[Any]) -> None:
    """public belongs to the owner; guard holds what runs with the check role's rights."""
    for statement in (
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {AUDIT}, {CHECK}",
        f"CREATE SCHEMA IF NOT EXISTS guard AUTHORIZATION {CHECK}",
        f"GRANT CREATE, USAGE ON SCHEMA guard TO {OWNER}",
        f"GRANT USAGE ON SCHEMA guard TO {APP}, {AUDIT}",
    ):
        connection.execute(statement)


def grant_sign_in(connection: psycopg.Connection[Any]) -> None:
    """Let the app keep sessions, addresses and second factors. These tables come with their libraries'
    migrations, so their grants cannot stand beside them; the product's own tables carry theirs."""
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
    for label, may in LIBRARY_TABLES.items():
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            table, app = sql.Identifier(model._meta.db_table), sql.Identifier(APP)
            connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(may), table, app))
