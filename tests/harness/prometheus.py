"""A real Prometheus: the one on the PATH, or Debian's package unpacked into a kept folder. Nothing is installed."""

import fcntl
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from console.embedded.port import next_free
from tests.harness.servers import KEPT

PROGRAMS = ("prometheus", "promtool")


class NoPrometheus(RuntimeError):
    """Why there is none to ask."""


def prometheus_folder() -> Path:
    """The folder with prometheus and promtool. Raises NoPrometheus saying why there is none."""
    found = shutil.which("prometheus")
    if found and shutil.which("promtool"):
        return Path(found).parent
    KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = KEPT / "prometheus"
    with (KEPT / "apt").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not all((kept / "usr/bin" / name).is_file() for name in PROGRAMS):
            _unpack(kept)
    return kept / "usr/bin"


def _unpack(kept: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise NoPrometheus("no prometheus on the PATH, and only a Debian can fetch its package")
    shutil.rmtree(kept, ignore_errors=True)
    draft = kept.with_name("prometheus.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    if _run(["apt-get", "download", "-q", "prometheus"], draft).returncode:
        _run(["apt-get", "update", "-q"], draft)
        ended = _run(["apt-get", "download", "-q", "prometheus"], draft)
        if ended.returncode:
            raise NoPrometheus(f"apt-get download failed: {ended.stderr.strip()[-400:]}")
    (package,) = draft.glob("prometheus_*.deb")
    _run(["dpkg", "-x", package.name, "."], draft)
    package.unlink()
    draft.rename(kept)


def _run(words: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="session")
def prometheus_programs() -> Path:
    """As with Chromium: without one the test is skipped, and fails where CI is set."""
    try:
        return prometheus_folder()
    except NoPrometheus as why:
        if os.environ.get("CI"):
            pytest.fail(str(why))
        pytest.skip(str(why))


class Prometheus:
    """One that runs; asked over its API."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **query: str) -> Any:
        """The `data` of an answer. Raises AssertionError with what Prometheus says of a query that it refuses."""
        address = f"{self.url}{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(address, timeout=10) as reply:  # noqa: S310 - our own address
                said = json.load(reply)
        except urllib.error.HTTPError as refused:
            with refused:
                raise AssertionError(f"{query}: {refused.read().decode()[:500]}") from refused
        assert said["status"] == "success", said
        return said["data"]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series of an instant query now: `metric` and `value`."""
        found: list[dict[str, Any]] = self.get("/api/v1/query", query=expression)["result"]
        return found

    def wait_for(self, expression: str, seconds: int = 30) -> list[dict[str, Any]]:
        """Until the expression has a series."""
        until = time.monotonic() + seconds
        while not (found := self.query(expression)):
            assert time.monotonic() < until, f"{expression} stays empty: {self.get('/api/v1/targets')}"
            time.sleep(0.2)
        return found


@contextmanager
def running(programs: Path, config: Path, folder: Path) -> Iterator[Prometheus]:
    """Prometheus with this configuration, on loopback, its data in `folder`."""
    port = next_free(19000 + os.getpid() % 2000)
    log = (folder / "prometheus.log").open("w")
    process = subprocess.Popen(
        [str(programs / "prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
         f"--web.listen-address=127.0.0.1:{port}", "--query.lookback-delta=3s"],
        stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        found, until = Prometheus(f"http://127.0.0.1:{port}"), time.monotonic() + 30
        while True:
            assert process.poll() is None and time.monotonic() < until, (folder / "prometheus.log").read_text()[-2000:]
            try:
                urllib.request.urlopen(f"{found.url}/-/ready", timeout=2).close()  # noqa: S310 - our own address
                break
            except OSError:
                time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait(10)
        log.close()
