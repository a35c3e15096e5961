"""Run what a move would do and take it back: for previews, and to refuse now what would be refused when it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.transaction import atomic, set_rollback


@contextmanager
def taken_back() -> Iterator[None]:
    """Run the block in a savepoint and roll it back, whatever it wrote."""
    with atomic():
        yield
        set_rollback(True)
