"""Turns a database refusal into the ledger's own, by constraint name. There is no savepoint in here (it costs two round
trips a posting): after a refusal the caller's transaction is over, unless the caller opened a savepoint itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from ledger.errors import BY_CONSTRAINT


def constraint_of(error: BaseException) -> str | None:
    """The violated constraint's name as PostgreSQL reports it, or None."""
    cause = error.__cause__
    return getattr(getattr(cause, "diag", None), "constraint_name", None)


@contextmanager
def refusals_by_constraint() -> Iterator[None]:
    """Run the block; a violation of a named rule rises as the LedgerRefusal that carries its name."""
    try:
        yield
    except DatabaseError as error:
        refusal = BY_CONSTRAINT.get(constraint_of(error) or "")
        if refusal is None:
            raise
        raise refusal(str(error.__cause__).split("\n")[0]) from error
