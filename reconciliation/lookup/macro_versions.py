"""Macros as they stand: the newest version of each name and language."""

from django.db import connection

from reconciliation.lookup.models import Macro

LOCK = 7008


def last_version(name: str, language: str) -> Macro | None:
    """The newest version, ended or not, locked until the transaction ends: two savers at once would take one number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, f"{name} {language}"])
    return Macro.objects.filter(name=name, language=language).order_by("-version").first()


def macros(language: str | None = None) -> list[Macro]:
    """Those that stand, by name; in one language, or in all. One query."""
    rows = Macro.objects.all() if language is None else Macro.objects.filter(language=language)
    newest = rows.order_by("name", "language", "-version").distinct("name", "language")
    return [macro for macro in newest if not macro.ended]
