import re

import pytest

from tests.architecture.sources import ROOT

PUBLIC = {"pypi.org", "files.pythonhosted.org"}
HOST = re.compile(r"https?://([^/\s\"']+)")


@pytest.mark.parametrize("lock", ["uv.lock", "requirements.txt", "requirements-dev.txt"])
def test_locks_name_the_public_index_alone(lock: str) -> None:
    assert set(HOST.findall((ROOT / lock).read_text())) <= PUBLIC


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert pins
    assert not [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]


def test_tests_run_on_the_libraries_that_the_product_runs_on() -> None:
    pin = re.compile(r"^([a-z0-9-]+)(?:\[[\w,-]+\])?==(\S+)", re.M)
    product, tests = (
        dict(pin.findall((ROOT / name).read_text())) for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: tests.get(name) for name in product} == product
