"""How the web runs, here and in containers: few processes, some threads, and nothing shared by accident."""

import os
from typing import Any

from console.embedded.child import end_when_parent_ends
from console.embedded.cluster import SHARED_MEMORY

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Settings read this when the application loads: one connection a thread, and one for the probe.
os.environ.setdefault("DATABASE_POOL_SIZE", str(threads + 1))
# Loading the code once halves the cold start on two cores. No connection is open yet, so nothing is shared.
preload_app = True
timeout = 120
graceful_timeout = 3
keepalive = 5
# The worker's heartbeat file must not wait for a disk.
worker_tmp_dir = SHARED_MEMORY if os.path.isdir(SHARED_MEMORY) else None
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """A worker whose master was killed would keep the port for a while: the kernel ends it instead."""
    end_when_parent_ends()
