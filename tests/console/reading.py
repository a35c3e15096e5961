"""What tests of pages share: how many queries a page asks, and which rows stand in all tables."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

# Beginning and naming the scope are no questions; a test's own transaction adds savepoints that a request has not.
NO_QUESTION = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SELECT set_config\('app\.tenant_id')", re.I)
Counted = Callable[..., AbstractContextManager[None]]
EVENING = datetime(2026, 3, 12, 20, 0, tzinfo=UTC)


@pytest.fixture
def evening() -> Iterator[datetime]:
    """The clock of the requests: after the statements of the bank's desk came in."""
    with time_machine.travel(EVENING, tick=True):
        yield EVENING


@pytest.fixture
def counted(db: None) -> Counted:
    """`with counted(at_most=12):` fails with the queries when the block asks more of them."""

    @contextmanager
    def count(at_most: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as asked:
            yield
        queries = [q["sql"] for q in asked.captured_queries if not NO_QUESTION.match(q["sql"])]
        assert len(queries) <= at_most, f"{len(queries)} queries:\n" + "\n".join(q[:200] for q in queries)

    return count
