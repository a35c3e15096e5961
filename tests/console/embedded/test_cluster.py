import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from console.embedded.cluster import Cluster
from tests.harness.servers import private_folder

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with private_folder() as folder:
        found = Cluster(folder / "data", folder, folder / "log", {"shared_buffers": "16MB"})
        found.start()
        yield found
        found.stop()


def note(cluster: Cluster, number: int) -> list[int]:
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (number integer)")
        connection.execute("INSERT INTO note VALUES (%s)", [number])
        return [row[0] for row in connection.execute("SELECT number FROM note ORDER BY number")]


def test_what_was_committed_is_there_after_the_server_was_killed(cluster: Cluster) -> None:
    note(cluster, 1)
    assert cluster.process is not None
    os.kill(cluster.process.pid, signal.SIGKILL)
    cluster.process.wait()
    assert (cluster.data / "postmaster.pid").exists()
    cluster.start()
    assert note(cluster, 2) == [1, 2]


def test_a_stale_pid_that_now_belongs_to_a_stranger_does_not_block(cluster: Cluster) -> None:
    note(cluster, 1)
    cluster.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        for left in (cluster.data / "postmaster.pid", cluster.sockets / ".s.PGSQL.5432.lock"):
            left.write_text(f"{stranger.pid}\n{cluster.data}\n1700000000\n5432\n{cluster.sockets}\n\n")
        cluster.start(seconds=10)
        assert note(cluster, 2) == [1, 2]
        stranger.communicate(b"\n")


def test_it_is_durable_and_off_the_network(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn()) as connection:
        for setting, value in (("fsync", "on"), ("full_page_writes", "on"), ("synchronous_commit", "on"),
                               ("listen_addresses", ""), ("jit", "off"), ("TimeZone", "UTC")):  # fmt: skip
            assert connection.execute("SELECT current_setting(%s)", [setting]).fetchone() == (value,)


def test_an_interrupted_first_start_leaves_nothing_half_made(tmp_path: Path) -> None:
    with private_folder() as folder:
        draft = folder / "data.new"
        draft.mkdir()
        (draft / "PG_VERSION").write_text("18\n")
        cluster = Cluster(folder / "data", folder, folder / "log", {"fsync": "off"})
        cluster.start()
        assert note(cluster, 1) == [1]
        cluster.stop()
