"""The processes of the product itself: web, worker and beat, and how long each may take to leave."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.embedded import child

PYTHON = sys.executable


@dataclass
class Hand:
    """One process that is kept running."""

    name: str
    command: list[str]
    log: Path
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.starts = [at for at in self.starts if at > time.monotonic() - 60] + [time.monotonic()]
        self.process = child.start(self.command, log=self.log, environment=self.environment)

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ask_to_leave(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def see_off(self, deadline: float) -> None:
        if self.process is not None:
            child.stop(self.process, signal.SIGTERM, max(0.1, deadline - time.monotonic()))
            self.process = None


def crew(logs: Path, data: Path, environment: Mapping[str, str]) -> list[Hand]:
    """web, worker and beat, in the order they are started."""
    celery = [PYTHON, "-m", "celery", "-A", "console", "--quiet"]
    # The prefork pool is kept small: on two cores more processes only compete with the database.
    worker = [
        *celery,
        "worker",
        "--concurrency=2",
        "--loglevel=warning",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", "--loglevel=warning", f"--schedule={data / 'beat-schedule'}", "--pidfile="]
    web = [PYTHON, "-m", "gunicorn", "-c", "python:console.gunicorn_conf", "console.wsgi"]
    return [
        Hand(name, command, logs / f"{name}.log", environment)
        for name, command in (("web", web), ("worker", worker), ("beat", beat))
    ]
