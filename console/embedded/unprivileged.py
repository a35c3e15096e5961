"""PostgreSQL refuses to run as root. This finds how it may run instead, for the user who is here."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from console.embedded.binaries import postgres_program

NAMESPACE = ("--user", "--map-user=1000", "--map-group=1000")


class CannotDropRoot(RuntimeError):
    """Root, without user namespaces, and nobody may not read the server's files."""


@dataclass(frozen=True)
class Guise:
    """How to start PostgreSQL: words before the command, or another user."""

    prefix: tuple[str, ...] = ()
    user: str | None = None


def _works(guise: Guise) -> bool:
    command = [*guise.prefix, str(postgres_program("postgres")), "--version"]
    try:
        ended = subprocess.run(
            command, user=guise.user, extra_groups=[] if guise.user else None, capture_output=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


@cache
def guise() -> Guise:
    """The first way that works: as oneself when not root, in a user namespace, as nobody.

    Raises CannotDropRoot naming what to do when none does."""
    if os.getuid() != 0:
        return Guise()
    unshare = shutil.which("unshare")
    ways = [Guise(prefix=(unshare, *NAMESPACE))] if unshare else []
    for way in [*ways, Guise(user="nobody")]:
        if _works(way):
            return way
    raise CannotDropRoot(
        "PostgreSQL does not run as root, user namespaces are not allowed here, and nobody cannot read "
        f"{postgres_program('postgres')}: run as a plain user, move the checkout, or set DATABASE_URL"
    )


def hand_over(folder: Path, to: Guise) -> None:
    """Give a folder to the user that PostgreSQL will run as, and let that user pass through the folder above
    it."""
    if to.user:
        shutil.chown(folder, to.user)
        above = folder.parent.stat()
        if not above.st_mode & 0o001:
            folder.parent.chmod(above.st_mode | 0o011)
