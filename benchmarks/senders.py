"""Senders of deliveries: each holds one connection to the server and says what was written out beforehand, so that a client
costs the machine as little as it can."""

import socket
import threading
import time
from collections.abc import Sequence


class Sender:
    """One kept connection. Opens it again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port, self._socket = port, None

    def send(self, request: bytes) -> int:
        """The status of the answer; 0 when there was none."""
        for _ in range(2):
            try:
                if self._socket is None:
                    self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
                    self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._socket.sendall(request)
                said = self._answer(self._socket)
            except OSError:
                said = b""
            if said:
                return int(said[9:12])
            self.close()
        return 0

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _answer(self, connection: socket.socket) -> bytes:
        said = b""
        while b"\r\n\r\n" not in said:
            part = connection.recv(4096)
            if not part:
                return b""
            said += part
        head, _, body = said.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += connection.recv(4096)
        if b"connection: close" in head.lower():
            self.close()
        return said


def request(path: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """A POST written out."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    return ("\r\n".join([*lines, *(f"{n}: {v}" for n, v in headers)]) + "\r\n\r\n").encode() + body


def flood(port: int, requests: Sequence[bytes], senders: int) -> tuple[float, list[int]]:
    """Send all as fast as they are answered; seconds, and the status of each."""
    started = time.perf_counter()
    answers = _spread(port, requests, senders, [0.0] * len(requests), started)
    return time.perf_counter() - started, [status for status, _ in answers]


def pace(port: int, requests: Sequence[bytes], senders: int, per_second: int) -> list[tuple[int, float]]:
    """Send each at its own time whatever became of the others; status and seconds from the time it was to be sent."""
    started = time.perf_counter() + 0.1
    return _spread(port, requests, senders, [n / per_second for n in range(len(requests))], started)


def _spread(
    port: int, requests: Sequence[bytes], senders: int, times: Sequence[float], started: float
) -> list[tuple[int, float]]:
    answers = [(0, 0.0)] * len(requests)
    taken, lock = iter(range(len(requests))), threading.Lock()

    def work() -> None:
        one = Sender(port)
        while True:
            with lock:
                n = next(taken, None)
            if n is None:
                return one.close()
            wait = started + times[n] - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            status = one.send(requests[n])
            answers[n] = (status, time.perf_counter() - started - times[n])

    crew = [threading.Thread(target=work) for _ in range(senders)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    return answers
