"""Cases by what people hold in their hand: the case's number, a payment's id, a partner's reference.

Each way in goes by an index. A payment that is not the first of its group stands on a transaction alone, and is found
there by its whole id; of a case's own payment and reference the beginning is enough."""

import re

from django.db.models import Q
from django.db.models.expressions import RawSQL

from reconciliation.cases.models import ExceptionCase

LONGEST = 80
MOST_OUTSIDE = 3
NUMBER = re.compile(r"(?:[Cc]-)?(\d{1,15})", re.ASCII)
AFTER_ALL = "\U0010ffff"
CARRYING = """
SELECT id FROM exception_case WHERE payment_id >= %s AND payment_id < %s
UNION
SELECT id FROM exception_case WHERE reference >= reference_key(%s) AND reference < reference_key(%s) || %s
   AND reference_key(%s) <> ''
UNION
SELECT r.case_id FROM ledger_transaction t JOIN case_row r ON r.tenant_id = t.tenant_id AND r.side = 0 AND r.row_id = t.id
 WHERE t.payment_id = %s
UNION
SELECT c.id FROM ledger_transaction t JOIN exception_case c ON c.tenant_id = t.tenant_id AND c.reference = t.reference_key
 WHERE t.payment_id = %s AND t.reference_key <> ''
"""


def plain(text: str) -> str:
    """What was typed, trimmed and short; what PostgreSQL cannot hold is left out."""
    return text.replace("\x00", "").strip()[:LONGEST]


def named(text: str) -> Q:
    """The cases that `text` (as `plain` leaves it) names; resolved ones too."""
    given = (text, text + AFTER_ALL, text, text, AFTER_ALL, text, text, text)
    found = Q(id__in=RawSQL(CARRYING, given))  # noqa: S611 (a text of ours)
    number = NUMBER.fullmatch(text)
    if number is None:
        return found
    return Q(number=int(number[1])) if text[:1] in "Cc" else found | Q(number=int(number[1]))


def named_anywhere(text: str) -> list[ExceptionCase]:
    """The newest few that `text` names, resolved or not: what to say where a list holds none of them. One query."""
    return list(ExceptionCase.objects.filter(named(text)).order_by("-number").defer("evidence")[:MOST_OUTSIDE])
