"""A management command finds the running services, or has them for its own duration."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from types import FrameType

from django.conf import settings

from console.embedded.errors import CannotStart, StillStarting
from console.embedded.hold import after_users, announce, hold, use
from console.embedded.pair import Pair
from console.embedded.places import Places

# These never open the database, or run the services themselves.
SERVERS_OF_THEIR_OWN = ("up",)
PURE = (
    "check",
    "collectstatic",
    "findstatic",
    "makemigrations",
    "parse_statement",
    "verify_bundle",
    "verify_delivery",
    "spectacular",
)
HELP = ("diffsettings", "sqlmigrate", "help", "version", "-h", "--help", "--version")
ALONE = frozenset((*SERVERS_OF_THEIR_OWN, *PURE, *HELP))
PATIENCE_SECONDS = 120.0


@contextlib.contextmanager
def services_for(argv: Sequence[str]) -> Iterator[None]:
    """Keep the services up while the command line `argv` runs; nothing when the environment names a
    database."""
    name = argv[1] if len(argv) > 1 else "help"
    if name in ALONE or "--help" in argv or not settings.EMBEDDED_DATABASE:
        yield
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with hold(settings.PLACES) as ours:
            if ours:
                yield from _own(settings.PLACES, name)
                return
        with use(settings.PLACES) as usable:
            if usable:
                yield
                return
        time.sleep(0.1)
    raise StillStarting(f"the services of {settings.DATA_DIR} did not come up in {PATIENCE_SECONDS:.0f} s")


def _own(places: Places, command: str) -> Iterator[None]:
    # A plain SIGTERM would end this process without unwinding, and the database with an emergency stop.
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        with contextlib.ExitStack() as stack:
            pair = Pair(places, with_database=True, with_broker=not os.environ.get("REDIS_URL"))
            stack.callback(pair.stop)
            pair.start()
            if command != "prepare_database":
                _prepare()
            announce(places)
            try:
                yield
            finally:
                places.state.unlink(missing_ok=True)
                with after_users(places):
                    pass
    finally:
        signal.signal(signal.SIGTERM, before)


def _prepare() -> None:
    """In a process of its own, so that the command starts with no connection open and keeps its stdout."""
    urls = {"DATABASE_URL": settings.DATABASE_URL, "DATABASE_ADMIN_URL": settings.DATABASE_ADMIN_URL}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "prepare_database", "--verbosity", "0"]
    if subprocess.run(command, stdout=sys.stderr, env={**os.environ, **urls}).returncode:
        raise CannotStart("the database could not be prepared")


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)
