"""One embedded PostgreSQL cluster: created once, started, stopped, and found again after any kind of
death."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

from console.embedded import child
from console.embedded.binaries import postgres_program
from console.embedded.errors import ClusterFailed
from console.embedded.places import ADMIN, DATABASE
from console.embedded.unprivileged import guise, hand_over

# Durable first: fsync and full_page_writes stay on. The rest trades memory and log volume for speed.
SETTINGS: Final[dict[str, str]] = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "on",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Only the folder's owner reaches the socket, hence no password. Text sorts by code point on every machine.
INITDB = (
    "-A",
    "trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - where the kernel mounts it, not a scratch folder
SMALL_SHARED_MEMORY = 512 * 1024 * 1024


@dataclass
class Cluster:
    """A data folder, the folder of its socket, its log, and settings that differ from the usual ones."""

    data: Path
    sockets: Path
    log: Path
    extra: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def url(self, user: str = ADMIN, database: str = DATABASE) -> str:
        """The address of one database as one login, for DATABASE_URL."""
        return f"postgres://{user}@{quote(str(self.sockets), safe='')}/{database}"

    def dsn(self, database: str = "postgres", user: str = ADMIN) -> str:
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), dbname=database, user=user)

    def create(self) -> None:
        """initdb into a folder beside, then rename: an interrupted first start leaves nothing half made."""
        if (self.data / "PG_VERSION").exists():
            return
        draft = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        way = guise()
        hand_over(draft, way)
        command = [*way.prefix, str(postgres_program("initdb")), "-D", str(draft), "-U", ADMIN, *INITDB]
        if self.extra.get("fsync") == "off":
            command.append("--no-sync")
        ended = subprocess.run(
            command, user=way.user, extra_groups=[] if way.user else None, capture_output=True, text=True
        )
        if ended.returncode:
            raise ClusterFailed(f"initdb failed:\n{ended.stderr.strip()}")
        draft.rename(self.data)

    def start(self, seconds: float = 60) -> None:
        """Start and wait until it answers. Raises ClusterFailed. The caller holds the data folder's lock."""
        self.create()
        self._forget_the_dead(seconds)
        way = guise()
        hand_over(self.sockets, way)
        settings = {**SETTINGS, **self._shared_memory(), **self.extra}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        program = str(postgres_program("postgres"))
        command = [*way.prefix, program, "-D", str(self.data), "-k", str(self.sockets), *options]
        deadline = time.monotonic() + seconds
        while True:
            # SIGQUIT when the supervisor is killed: every backend ends at once, and the next start recovers
            # from the log.
            self.process = child.start(command, log=self.log, last_signal=signal.SIGQUIT, user=way.user)
            if self._answers(deadline):
                return
            # Backends of a killed cluster may hold its memory for a moment longer.
            if time.monotonic() > deadline or "in use" not in child.tail(self.log, 4):
                self.stop()
                raise ClusterFailed(f"PostgreSQL did not start:\n{child.tail(self.log)}")
            time.sleep(0.3)

    def _answers(self, deadline: float) -> bool:
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.dsn(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def stop(self, how: signal.Signals = signal.SIGINT, seconds: float = 5) -> None:
        """Fast shutdown: sessions are ended, a checkpoint is written. Killed when it takes longer than
        `seconds`."""
        if self.process is not None:
            child.stop(self.process, how, seconds)
            self.process = None

    def _forget_the_dead(self, seconds: float) -> None:
        """After a SIGKILL postmaster.pid stays, and its number may belong to a stranger by now: look who it
        is."""
        pid_file = self.data / "postmaster.pid"
        deadline = time.monotonic() + seconds
        while pid_file.exists() and self._is_postmaster(pid_file) and time.monotonic() < deadline:
            time.sleep(0.1)
        if not self._is_postmaster(pid_file):
            for left in (pid_file, *self.sockets.glob(".s.PGSQL.*")):
                left.unlink(missing_ok=True)

    def _is_postmaster(self, pid_file: Path) -> bool:
        try:
            pid = int(pid_file.read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return False
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return not Path("/proc/self").exists()  # without /proc the number is all there is
        return os.fsencode(self.data) in words

    def _shared_memory(self) -> dict[str, str]:
        """Containers often mount 64 MB at /dev/shm: too little for a parallel join, which then fails."""
        try:
            free = shutil.disk_usage(SHARED_MEMORY).total
        except OSError:
            return {}
        return {"dynamic_shared_memory_type": "mmap"} if free < SMALL_SHARED_MEMORY else {}
