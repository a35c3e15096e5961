"""Finds a system Chromium, and installs Debian's when that is possible here."""

import fcntl
import os
import shutil
import subprocess

from tests.harness.servers import KEPT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PACKAGES = ("chromium", "fonts-dejavu-core")


class NoBrowser(RuntimeError):
    """Why there is no Chromium to drive."""


def _found() -> str | None:
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


def chromium() -> str:
    """The path of a Chromium. Raises NoBrowser saying why there is none."""
    KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two workers of one run must not call apt at once.
    with (KEPT / "apt").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _found() or _installed()


def _installed() -> str:
    apt = shutil.which("apt-get")
    if os.getuid() != 0 or apt is None:
        raise NoBrowser("no Chromium here, and only root on a Debian can install it: set CHROMIUM to its path")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *PACKAGES]):
        ended = subprocess.run([apt, *words], capture_output=True, text=True, env=quiet, timeout=900)
        if ended.returncode:
            raise NoBrowser(f"apt-get {words[0]} failed: {ended.stderr.strip()[-400:]}")
    path = _found()
    if path is None:
        raise NoBrowser("Debian's chromium was installed but is not on the PATH")
    return path
