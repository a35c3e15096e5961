"""A real broker for the session, started when the first test asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.embedded.broker import Broker
from tests.harness.servers import private_folder


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The URL of a running Valkey that is this worker's own. Use with the `settings` fixture: REDIS_URL =
    valkey."""
    with private_folder() as folder:
        broker = Broker(folder, Path(folder) / "valkey.sock", Path(folder) / "valkey.log")
        broker.start()
        try:
            yield broker.url()
        finally:
            broker.stop()
