"""The API against its own schema: whatever the schema allows is taken or refused as it says, whatever it forbids is
refused, and every answer has the shape that it promises. Each operation is tried with generated requests, fitting and
unfitting ones, in-process and against the real database."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
import time_machine
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.console.api_books import Secrets, filled
from tests.harness.soak import WHOLE
from tests.reconciliation.books import NOW

pytestmark = [pytest.mark.slow, pytest.mark.soak, pytest.mark.django_db(transaction=True)]
EXAMPLES = 3_000 if WHOLE else 300
CONFIG = schemathesis.Config.from_dict(
    {
        # What is well formed and yet cannot be done is told as 422; the checks' usual list leaves that status out.
        # The token is the test's: what answers without one, or with another, has tests of its own.
        "generation": {"with-security-parameters": False},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422"]},
        },
    }
)
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application(), config=CONFIG)


@pytest.fixture
def secrets(acme: Tenant, user_of: Callable[..., User]) -> Iterator[Secrets]:
    with time_machine.travel(NOW, tick=True):
        yield filled(acme.id, user_of)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=not WHOLE, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
def test_every_operation_keeps_its_word(case: schemathesis.Case, secrets: Secrets) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {secrets.of(case.operation.path)}"})
