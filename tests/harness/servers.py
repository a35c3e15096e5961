"""The session's PostgreSQL: a copy of a prepared cluster, so that a run waits for no initdb and no migration.

The prepared cluster is kept under var/test by a digest of all that shapes the schema. Every session runs a
copy of its
own, so that two runs at once cannot disturb each other; durability is off, since nothing here outlives the
run."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.embedded.cluster import Cluster
from tests.harness.settings import ROOT

TEMPLATE = "plumbline"
FOLDER = f"plumb-{os.getuid()}-"
KEPT = ROOT / "var" / "test"
SHAPES_SCHEMA = (
    "ledger",
    "reconciliation",
    "console/management/commands",
    "console/embedded",
    "requirements.txt",
)
UNSAFE_BUT_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "300",
    # Tests that roll back leave pages of dead rows. Analyzed in that state a table is taken for empty however it grows, and
    # whole tables are read row by row; unanalyzed it is judged by its size. Tests that need statistics ask for them.
    "autovacuum": "off",
}


def schema_digest() -> str:
    """A digest of every file that the migrated schema follows from."""
    digest = hashlib.sha256()
    for top in SHAPES_SCHEMA:
        path = ROOT / top
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            shapes = (
                file.suffix in (".sql", ".yaml")
                or "migrations" in file.parts
                or top.startswith(("console", "requirements"))
            )
            if shapes and file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def prepared() -> Path:
    """The folder of a stopped cluster with the roles and the migrated template database; made when
    missing."""
    KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = KEPT / f"cluster-{schema_digest()}"
    with (KEPT / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            _prepare(wanted)
            _forget_old(keep=wanted)
        os.utime(wanted)
    return wanted


def _prepare(wanted: Path) -> None:
    draft = KEPT / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    with private_folder() as sockets:
        cluster = Cluster(draft, sockets, KEPT / "postgres.log", UNSAFE_BUT_QUICK)
        cluster.start()
        try:
            migrate(cluster.url("postgres"), cluster.url("plumbline_app"))
        finally:
            cluster.stop()
    draft.rename(wanted)


def migrate(admin_url: str, app_url: str) -> None:
    """Run the product's own preparation, as an installation would."""
    ended = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "prepare_database", "--verbosity", "0"],
        env={**os.environ, "DATABASE_URL": app_url, "DATABASE_ADMIN_URL": admin_url,
             "DJANGO_SETTINGS_MODULE": "console.settings"},
        capture_output=True, text=True,
    )  # fmt: skip
    if ended.returncode:
        raise RuntimeError(f"the test database could not be prepared:\n{ended.stdout}{ended.stderr}")


def _forget_old(keep: Path) -> None:
    """Three shapes are kept, so that going back and forth between two of them stays quick."""
    for old in sorted(KEPT.glob("cluster-*"), key=lambda path: path.stat().st_mtime, reverse=True)[3:]:
        if old != keep:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A private folder with a short path, locked while in use: what a killed run left is cleared by the
    next."""
    KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (KEPT / "folders").open("a") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        _clear_left_folders()
        folder = Path(tempfile.mkdtemp(prefix=FOLDER))
        lock = (folder / "lock").open("a")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _clear_left_folders() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with (left / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def session_cluster() -> Iterator[Cluster]:
    """A running copy of the prepared cluster, gone when the block ends or the process dies."""
    source = prepared()
    with private_folder() as folder:
        data = folder / "data"
        # Preserves ownership, which matters where PostgreSQL runs as another user than the tests.
        subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(data)], check=True)  # noqa: S607
        cluster = Cluster(data, folder, folder / "postgres.log", UNSAFE_BUT_QUICK)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
