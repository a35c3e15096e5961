"""PostgreSQL refuses to run as root, and as a user without a name. This finds how it may run instead."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from console.embedded.binaries import postgres_program
from console.embedded.errors import CannotDropRoot


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


def _named(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return False


def _namespaces() -> list[Guise]:
    """A user namespace in which we are somebody with a name: PostgreSQL looks its user up, and files stay
    ours."""
    unshare = shutil.which("unshare")
    somebody = next((entry for entry in sorted(pwd.getpwall(), key=_nobody_first) if entry.pw_uid != 0), None)
    if unshare is None or somebody is None:
        return []
    words = ("--user", f"--map-user={somebody.pw_uid}", f"--map-group={somebody.pw_gid}")
    return [Guise(prefix=(unshare, *words))]


def _nobody_first(entry: pwd.struct_passwd) -> bool:
    return entry.pw_name != "nobody"


@cache
def guise() -> Guise:
    """The first way that works: as oneself, in a user namespace, as nobody.

    Raises CannotDropRoot naming what to do when none does."""
    if os.getuid() != 0 and _named(os.getuid()):
        return Guise()
    as_nobody = [Guise(user="nobody")] if os.getuid() == 0 else []
    for way in [*_namespaces(), *as_nobody]:
        if _works(way):
            return way
    raise CannotDropRoot(
        "PostgreSQL runs neither as root nor as a user without a name; user namespaces are not allowed here, and "
        f"nobody cannot read {postgres_program('postgres')}. Run as a plain user, move the checkout to where "
        "everyone may read, or set DATABASE_URL"
    )


def hand_over(folder: Path, to: Guise) -> None:
    """Give a folder to the user that PostgreSQL will run as, and let that user pass through the folder above
    it."""
    if to.user:
        shutil.chown(folder, to.user)
        above = folder.parent.stat()
        if not above.st_mode & 0o001:
            folder.parent.chmod(above.st_mode | 0o011)
