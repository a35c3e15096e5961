"""A real worker process on the test's own database and broker, to be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "-A", "console", "--quiet", "worker"]
OPTIONS = ["--concurrency=1", "--loglevel=warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]


def environment(broker: str) -> dict[str, str]:
    """As an installation is told where its services are; signed in as the app's role."""
    where = connection.settings_dict
    login = f"{where['USER']}@{quote(where['HOST'], safe='')}"
    return {
        **os.environ, "DJANGO_SETTINGS_MODULE": "console.settings", "REDIS_URL": broker, "LOG_LEVEL": "WARNING",
        "DATABASE_URL": f"postgres://{login}/{where['NAME']}",
    }  # fmt: skip


class Worker:
    """One worker and its pool, in a process group of their own."""

    def __init__(self, surroundings: Mapping[str, str], log: Path) -> None:
        self._surroundings, self._log = surroundings, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*CELERY, *OPTIONS], cwd=ROOT, env=dict(self._surroundings), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """No warning to anybody: parent and pool at once, as when a machine loses its power."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
