"""Campaigns have one size in `make soak` and a tenth of it in `make test`. Which tests are campaigns, and which are quick, is
read off the fixtures they ask for: nobody has to remember a marker."""

import os
from collections.abc import Callable

import pytest

WHOLE = os.environ.get("SOAK") == "whole"
SLOW = {
    "db",
    "transactional_db",
    "live_server",
    "page",
    "browser",
    "server",
    "raw_as",
    "admin_dsn",
    "database_name",
    "valkey",
}
SEALING = (
    "verify/test_verify.py",
    "verify/test_tampering.py",
    "ledger/test_anchors.py",
    "commands/test_verify_ledger.py",
    "console/test_audit.py",
    "recovery/test_evidence.py",
    "recovery/proof/test_verify.py",
    "commands/test_verify_bundle.py",
    "commands/test_prove_payment.py",
    "recovery/proof/test_prove_payment.py",
    "console/test_payments.py",
)


@pytest.fixture(scope="session")
def sized() -> Callable[[int], int]:
    """`sized(20_000)` is 20,000 in `make soak` and 2,000 in `make test`; never less than 1."""
    return lambda whole: whole if WHOLE else max(1, whole // 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        # One worker loads the demo, in transactions of half a minute. Whoever wants it too, or wants the trail sealed, which waits
        # for older transactions of the whole cluster, stands behind it on that worker and lets the other one go on.
        if "demo" in fixtures or item.nodeid.partition("::")[0].endswith(SEALING):
            item.add_marker(pytest.mark.xdist_group("demo"))
        if "sized" in fixtures:
            item.add_marker(pytest.mark.soak)
        if not fixtures & SLOW and not any(item.iter_markers("slow")) and not any(item.iter_markers("django_db")):
            item.add_marker(pytest.mark.quick)
