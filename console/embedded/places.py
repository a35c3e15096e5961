"""Where the embedded services keep their state and how their sockets are reached. Pure paths: settings
import this."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from console.embedded.errors import FolderOfAnother

DATABASE = "plumbline"
ADMIN = "postgres"
APP = "plumbline_app"
AUDIT = "plumbline_audit"

# A unix socket address holds 107 bytes at most; PostgreSQL adds "/.s.PGSQL.5432.lock" to the folder.
LONGEST_SOCKET_FOLDER = 85


@dataclass(frozen=True)
class Places:
    """The files of one embedded installation, all under one data folder but for sockets whose path would be
    too long."""

    data: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def broker(self) -> Path:
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def state(self) -> Path:
        return self.data / "running.json"

    @property
    def lock(self) -> Path:
        return self.data / "lock"

    @property
    def users(self) -> Path:
        return self.data / "users.lock"

    @property
    def demo_loaded(self) -> Path:
        return self.data / "demo-loaded"

    @property
    def sockets(self) -> Path:
        near = self.data / "run"
        if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER:
            return near
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"plumbline-{os.getuid()}-{digest}"

    @property
    def broker_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def database_url(self, login: str) -> str:
        """The URL of the embedded database for one login. No password: the socket folder is the owner's
        alone."""
        return f"postgres://{login}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def broker_url(self) -> str:
        return f"unix://{self.broker_socket}?db=0"

    def create(self) -> None:
        """Make the folders, private to their owner. Raises FolderOfAnother when another user holds one of
        them."""
        try:
            for folder in (self.data, self.broker, self.logs, self.sockets):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.lock.touch()
        except PermissionError as error:
            raise FolderOfAnother(f"{error.filename} belongs to another user: set DATA_DIR=") from error
        held = self.sockets.lstat()
        if not stat.S_ISDIR(held.st_mode) or (held.st_uid != os.getuid() and os.getuid() != 0):
            raise FolderOfAnother(f"{self.sockets} belongs to another user: set DATA_DIR to a folder of your own")
        self.sockets.chmod(0o700)
