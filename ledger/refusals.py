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


RULES = {
    "transaction_balances_per_asset": "debits and credits differ in an asset",
    "transaction_is_sealed": "entries come with their transaction, not later",
    "entry_of_a_known_account": "an entry names an account that is not open",
}


@contextmanager
def refusals_by_constraint() -> Iterator[None]:
    """Run the block; a violation of a named rule rises as the LedgerRefusal that carries its name."""
    try:
        yield
    except DatabaseError as error:
        name = constraint_of(error) or ""
        refusal = BY_CONSTRAINT.get(name)
        if refusal is None:
            raise
        raise refusal(_words(name, str(error.__cause__).split("\n")[0])) from error


def _words(name: str, said: str) -> str:
    """What the database said; where that is a row's number and the rule's name alone, the rule in words: the row was never
    kept, and its number tells the sender nothing."""
    return RULES.get(name, name.replace("_", " ")) if said.endswith(f": {name}") else said
