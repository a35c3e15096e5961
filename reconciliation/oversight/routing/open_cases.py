"""How many open cases lead to each playbook now. One query, grouped in the database."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from reconciliation.oversight.routing.routes import routes

OPEN = """
SELECT exception_class, plane_pair, cause, count(*) FROM exception_case WHERE state <> 'resolved'
 GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Cases of one kind: `cause` as the case has it, None between other planes."""

    exception_class: str
    planes: str
    cause: int | None
    count: int


def open_cases() -> dict[str, list[OpenCases]]:
    """Playbook → what leads to it, the most first; nothing for a playbook that no open case leads to."""
    found: dict[str, list[OpenCases]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(OPEN)
        for row in cursor:
            one = OpenCases(*row)
            found[routes().of_case(one.exception_class, one.planes, one.cause)].append(one)
    return found
