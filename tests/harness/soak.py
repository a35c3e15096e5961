"""Campaigns have one size in `make soak` and a tenth of it in `make test`."""

import os
from collections.abc import Callable

import pytest

WHOLE = os.environ.get("SOAK") == "whole"


@pytest.fixture(scope="session")
def sized() -> Callable[[int], int]:
    """`sized(20_000)` is 20,000 in `make soak` and 2,000 in `make test`; never less than 1."""
    return lambda whole: whole if WHOLE else max(1, whole // 10)
