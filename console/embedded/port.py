"""Whether a port is free, and one that is."""

import errno
import socket


def taken(port: int, host: str = "127.0.0.1") -> bool:
    """True when another process listens there. Raises PermissionError for a port that this user may not
    open."""
    with socket.socket() as probe:
        # As the web server does, so that connections that linger after a stop do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


def next_free(port: int) -> int:
    """The next port above `port` that nobody listens on."""
    return next(candidate for candidate in range(port + 1, 65536) if not taken(candidate))
