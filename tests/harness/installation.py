"""A whole installation, run by the one command as a user would run it: to be killed in parts and looked at from outside."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.embedded.child import ROOT
from console.embedded.port import next_free
from tests.harness.servers import private_folder

DEADLINE = 60


class Installation:
    """A data folder of its own, and a port that was free a moment ago."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.sessions: set[int] = set()
        self.started: list[subprocess.Popen[str]] = []
        self.port = next_free(18000 + os.getpid() % 2000)
        foreign = {"DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        self.environment = {**kept, "DATA_DIR": str(data), "DEMO": "0", "PORT": str(self.port)}

    def manage(self, *words: str) -> "subprocess.Popen[str]":
        self.started.append(subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        ))  # fmt: skip
        return self.started[-1]

    def health(self) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=8) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as reply:
            with reply:
                return reply.code, json.load(reply)
        except OSError:
            return 0, {}

    def wait_ready(self, up: "subprocess.Popen[str]") -> None:
        deadline = time.monotonic() + DEADLINE
        while self.health()[0] != 200:
            assert up.poll() is None, up.stdout.read() if up.stdout else ""
            assert time.monotonic() < deadline, (self.health(), self.logs())
            time.sleep(0.2)

    def logs(self) -> str:
        return "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in sorted(self.data.glob("logs/*.log")))

    def processes(self) -> dict[int, str]:
        """Every process of this installation: named by its environment or command line, or of such a one's session.

        PostgreSQL and Valkey write their title over their environment, so neither sign alone would find all."""
        mark = os.fsencode(self.data)
        rows: dict[int, tuple[int, str]] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line, environ = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] == "Z":
                continue
            session = int(fields[3])
            rows[int(folder.name)] = (session, line.replace(b"\0", b" ").decode(errors="replace"))
            if mark in line or b"DATA_DIR=" + mark in environ.split(b"\0"):
                self.sessions.add(session)
        return {pid: line for pid, (session, line) in rows.items() if session in self.sessions}

    def oldest(self, name: str) -> int | None:
        """The process whose command line holds `name`, the first of several."""
        return min((pid for pid, line in self.processes().items() if name in line), default=None)

    def kill(self, name: str) -> None:
        """SIGKILL to it; returns once another stands in its place."""
        killed = self.oldest(name)
        assert killed is not None, f"nothing of this installation is called {name}"
        os.kill(killed, signal.SIGKILL)
        deadline = time.monotonic() + DEADLINE
        while self.oldest(name) in (None, killed):
            assert time.monotonic() < deadline, f"{name} did not come back: {self.logs()}"
            time.sleep(0.05)

    def ask(self, code: str) -> str:
        """What Python code says, run inside the installation as a command."""
        said, _ = (asked := self.manage("shell", "--no-imports", "-c", code)).communicate(timeout=DEADLINE)
        assert asked.returncode == 0, said
        return said.strip()

    def gone_within(self, seconds: float) -> dict[int, str]:
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        return self.processes()


@pytest.fixture
def installation() -> Iterator[Installation]:
    with private_folder() as folder:
        found = Installation(folder / "var")
        yield found
        for pid in found.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in found.started:
            process.wait()
            if process.stdout:
                process.stdout.close()
        assert not found.gone_within(5)
