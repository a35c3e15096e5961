"""A transaction as people name it: by its whole id, or by the short one that pages show, LT-1A2B3C4D. A short id is a
span of whole ones, so it is looked up by their index."""

import re
from uuid import UUID

from ledger.errors import AmbiguousTransaction, UnknownTransaction
from ledger.models import LedgerTransaction

SHORT = re.compile(r"(?i)LT-([0-9a-f-]{8,36})")
FEWEST_DIGITS, DIGITS = 8, 32
MOST_NAMED = 5


def span_of(text: str) -> tuple[UUID, UUID] | None:
    """The first and the last whole id that a short one may stand for; None for what is no short id. More digits than
    the eight that pages show narrow it."""
    found = SHORT.fullmatch(text)
    digits = found[1].replace("-", "") if found else ""
    if not FEWEST_DIGITS <= len(digits) <= DIGITS:
        return None
    return UUID(digits.ljust(DIGITS, "0")), UUID(digits.ljust(DIGITS, "f"))


def short_name(public_id: UUID) -> str:
    """As pages show it: LT-1A2B3C4D."""
    return f"LT-{str(public_id)[:FEWEST_DIGITS].upper()}"


def whole_id(text: str) -> str:
    """The whole id that a text names, as the book writes it; a whole one is not looked up. One query for a short one.
    Raises UnknownTransaction (also for what is no id), AmbiguousTransaction naming the candidates."""
    if (span := span_of(text)) is None:
        try:
            return str(UUID(text))
        except ValueError as error:
            raise UnknownTransaction(f"no transaction has the id {text!r:.60}") from error
    found = ids_within(span, MOST_NAMED + 1)
    if not found:
        raise UnknownTransaction(f"no transaction has the id {text}")
    if len(found) > 1:
        named = ", ".join(map(str, found[:MOST_NAMED])) + (" and more" if len(found) > MOST_NAMED else "")
        raise AmbiguousTransaction(f"{text} may be any of {named}; give the whole id")
    return str(found[0])


def ids_within(span: tuple[UUID, UUID], most: int) -> list[UUID]:
    """The public ids of the tenant in scope from the first to the last, both included. One query by index."""
    rows = LedgerTransaction.objects.filter(public_id__range=span).order_by("public_id")
    return list(rows.values_list("public_id", flat=True)[:most])
