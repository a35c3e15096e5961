"""The demo is loaded once, behind the first page, so that the console answers before it is whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from console.embedded import child
from console.embedded.places import Places

COMMANDS = child.ROOT / "console" / "management" / "commands"
MANAGE = [sys.executable, str(child.ROOT / "manage.py")]


class Demo:
    """Runs `load_demo` once per data folder; a load that was interrupted is run again at the next start."""

    def __init__(self, places: Places, environment: Mapping[str, str]) -> None:
        self.places, self.environment = places, environment
        self.log = places.logs / "demo.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._print_sign_ins()
        wanted = os.environ.get("DEMO", "1") != "0" and (COMMANDS / "load_demo.py").exists()
        if wanted and not self.places.demo_loaded.exists():
            print(
                f"  The demo is being loaded; the first page shows how far it is. Log: {self.log}\n",
                flush=True,
            )
            self.process = child.start([*MANAGE, "load_demo"], log=self.log, environment=self.environment)

    def _print_sign_ins(self) -> None:
        if (COMMANDS / "demo_sign_ins.py").exists():
            subprocess.run([*MANAGE, "demo_sign_ins"], env={**os.environ, **self.environment})

    def watch(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        if self.process.returncode == 0:
            self.places.demo_loaded.touch()
            print("  The demo is loaded.", flush=True)
        else:
            print(f"  The demo could not be loaded:\n{child.tail(self.log)}", file=sys.stderr, flush=True)
        self.process = None

    def stop(self) -> None:
        if self.process is not None:
            child.stop(self.process, signal.SIGTERM, 1)
