"""Children that cannot outlive their parent: their own process group, and a signal from the kernel when it
dies."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec a child must not import.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_when_parent_ends(last_signal: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to signal this process when its parent dies by any means. Does nothing outside Linux."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, last_signal)


def die_with_parent(last_signal: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """Return what a child runs before exec, so that the kernel signals it when this process dies by any
    means."""
    parent = os.getpid()

    def ask_kernel() -> None:
        end_when_parent_ends(last_signal)
        # The parent may have died before the call; then no signal would ever come.
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    last_signal: signal.Signals = signal.SIGKILL,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
) -> "subprocess.Popen[bytes]":
    """Start one child in a session of its own, writing to `log`. Raises OSError when it cannot be started.

    Its own session keeps a Ctrl-C or a signal to the parent's group from reaching the database before the
    web."""
    with log.open("ab") as sink:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            preexec_fn=die_with_parent(last_signal),
            user=user,
            extra_groups=[] if user else None,
        )


def stop(child: "subprocess.Popen[bytes]", how: signal.Signals, seconds: float) -> None:
    """Ask a child to end, and end its whole group when it has not after `seconds`."""
    if child.poll() is None:
        child.send_signal(how)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
    # The group may hold grandchildren after the child itself is gone.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(5)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for the message that says why a child ended."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
