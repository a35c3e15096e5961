"""Who runs the services of a data folder: one holder at a time, any number of users beside it."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from console.embedded.places import Places


def _locked(path: Path, mode: int) -> "IO[str] | None":
    file = path.open("a")
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


@contextlib.contextmanager
def hold(places: Places) -> Iterator[bool]:
    """Yield True to the one process that may start the services. The kernel frees the lock when that process
    dies."""
    places.create()
    file = _locked(places.lock, fcntl.LOCK_EX)
    try:
        yield file is not None
    finally:
        if file is not None:
            places.state.unlink(missing_ok=True)
            file.close()


@contextlib.contextmanager
def use(places: Places) -> Iterator[bool]:
    """Yield True while the services are up and will be kept up for the caller by a holder that waits for its
    users."""
    file = _locked(places.users, fcntl.LOCK_SH)
    try:
        yield file is not None and holder(places) is not None
    finally:
        if file is not None:
            file.close()


@contextlib.contextmanager
def after_users(places: Places) -> Iterator[None]:
    """Wait until nobody else uses the services, and keep newcomers away while the caller stops them."""
    with places.users.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def announce(places: Places, **facts: Any) -> None:
    """Say that the services are up. Written beside and renamed: a reader never meets half a file."""
    draft = places.state.with_suffix(".new")
    draft.write_text(json.dumps({"pid": os.getpid(), **facts}))
    draft.replace(places.state)


def holder(places: Places) -> dict[str, Any] | None:
    """What the holder announced, or None: nothing announced yet, or its announcement outlived it."""
    try:
        facts: dict[str, Any] = json.loads(places.state.read_text())
    except (OSError, ValueError):
        return None
    probe = _locked(places.lock, fcntl.LOCK_SH)
    if probe is not None:
        probe.close()
        return None
    return facts
