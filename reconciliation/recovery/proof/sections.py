"""Sections that the bundles of several subjects have, each written once: postings with all that let them through, and cases."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from reconciliation.named_sql import read_steps
from reconciliation.recovery.sealing import Section


def sections_of(beside: str, name: str) -> list[Section]:
    """Those of `sql/<name>` in the folder of the module `beside`, in its order."""
    return [Section(step, query) for step, query in read_steps(beside, name).items()]


POSTINGS = sections_of(__file__, "postings.sql")
CASES = sections_of(__file__, "cases.sql")
NAMED = read_steps(__file__, "named.sql")


def named(queries: Mapping[str, str], steps: Sequence[str], about: Mapping[str, Any]) -> dict[str, Any]:
    """`about` with what each step finds, by its name: a list of ids. A step is given what those before it found."""
    found = dict(about)
    with connection.cursor() as cursor:
        for step in steps:
            cursor.execute(queries[step], found)
            (found[step],) = cursor.fetchone()
    return found
