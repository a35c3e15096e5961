"""One embedded Valkey: unix socket only, every command kept in an append-only file."""

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from console.embedded import child
from console.embedded.binaries import valkey_server
from console.embedded.errors import BrokerFailed


@dataclass
class Broker:
    """A data folder, the path of the socket, and the log."""

    data: Path
    socket: Path
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self, seconds: float = 20) -> None:
        """Start and wait until it answers. Raises BrokerFailed."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = child.start([valkey_server(), *words], log=self.log)
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
                    client.ping()
            except (redis.RedisError, OSError):
                time.sleep(0.03)
            else:
                return
        self.stop()
        raise BrokerFailed(f"Valkey did not start:\n{child.tail(self.log)}")

    def stop(self, seconds: float = 3) -> None:
        if self.process is not None:
            child.stop(self.process, signal.SIGTERM, seconds)
            self.process = None
