"""`manage.py up`: start everything in order, keep it running, stop it in reverse."""

import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import FrameType

from django.conf import settings

from console.embedded import child
from console.embedded.crew import Hand, crew
from console.embedded.demo import Demo
from console.embedded.errors import GaveUp
from console.embedded.hold import announce, holder
from console.embedded.pair import Pair
from console.embedded.places import Places

MAY_RESTART = 5
LEAVE_SECONDS = 3.5


class Supervisor:
    """Owns every process it starts."""

    def __init__(self, *, places: Places, port: int, external: Mapping[str, bool]) -> None:
        self.places, self.port = places, port
        self.pair = Pair(places, with_database=not external["database"], with_broker=not external["broker"])
        environment = {
            "PORT": str(port),
            "DATA_DIR": str(places.data),
            "DJANGO_SETTINGS_MODULE": "console.settings",
        }
        self.hands = crew(places.logs, places.data, environment)
        self.demo = Demo(places, environment)
        self.asked = threading.Event()

    def run(self) -> None:
        """Start, watch until a signal asks to stop, stop. Raises CannotStart once everything is stopped
        again."""
        for ask in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(ask, self._ask)
        try:
            self.pair.start()
            self._prepare()
            if not self.asked.is_set():
                for hand in self.hands:
                    hand.start()
                self._welcome()
            while not self.asked.wait(0.25):
                self._watch()
        finally:
            self._dismiss()
            self.pair.stop()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked.set()

    def _prepare(self) -> None:
        log = self.places.logs / "prepare.log"
        command = [sys.executable, str(child.ROOT / "manage.py"), "prepare_database"]
        # The services are ours and up, so the command must not look for them: it would wait for this very
        # process.
        task = child.start(command, log=log, environment=self._database())
        while task.poll() is None and not self.asked.wait(0.05):
            pass
        if task.poll() is None:
            child.stop(task, signal.SIGTERM, 2)
        elif task.returncode:
            raise GaveUp(f"the database could not be prepared:\n{child.tail(log)}")

    def _database(self) -> dict[str, str]:
        names = ("DATABASE_URL", "DATABASE_ADMIN_URL", "DATABASE_AUDIT_URL")
        return {name: getattr(settings, name) for name in names}

    def _welcome(self) -> None:
        while not self.asked.wait(0.1) and not self._answers():
            self._watch()
        if not self.asked.is_set():
            announce(self.places, url=self._url())
            print(
                f"\n  Plumbline answers at {self._url()}\n  Logs: {self.places.logs}\n  Stop: Ctrl-C\n",
                flush=True,
            )
            self.demo.start()

    def _url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self._url()}healthz", timeout=2).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError as reply:
            reply.close()  # 503: the web is up and says what is not yet
            return True
        except OSError:
            return False
        return True

    def _watch(self) -> None:
        """Bring back what died. The database and the broker first: the others find them again by
        themselves."""
        for member in self.pair.started:
            if member.process is not None and member.process.poll() is not None:
                name = type(member).__name__.lower()
                print(f"the {name} ended: starting it again", file=sys.stderr, flush=True)
                member.start()
        for hand in self.hands:
            if hand.ended():
                self._bring_back(hand)
        self.demo.watch()

    def _bring_back(self, hand: Hand) -> None:
        if len(hand.starts) > MAY_RESTART:
            raise GaveUp(f"{hand.name} ended {len(hand.starts)} times in a minute:\n{child.tail(hand.log)}")
        print(f"{hand.name} ended: starting it again", file=sys.stderr, flush=True)
        hand.see_off(time.monotonic())  # whatever is left of its group
        hand.start()

    def _dismiss(self) -> None:
        """All three are asked at once and share one deadline, so that stopping takes seconds, not their
        sum."""
        self.places.state.unlink(missing_ok=True)
        self.demo.stop()
        for hand in reversed(self.hands):
            hand.ask_to_leave()
        deadline = time.monotonic() + LEAVE_SECONDS
        for hand in reversed(self.hands):
            hand.see_off(deadline)


def already_up(places: Places) -> str:
    """Say who holds the data folder, for the person who started a second one."""
    facts = holder(places) or {}
    where = f"at {facts['url']} " if "url" in facts else ""
    return f"Plumbline already runs {where}on {places.data}. Stop it first, or set DATA_DIR= to another folder."
