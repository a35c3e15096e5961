"""The bytes of a camt file on their way to the parser, with the entries of a known shape taken out.

Entries in a row are replaced by one empty `<Ntry run="…"/>` whose name nobody outside can know; when the parser reaches
it, the reader takes the run. So everything around the entries, and every entry out of the ordinary, is still the
parser's, and entries keep their order and their place in the document.
"""

import secrets
from typing import BinaryIO

from reconciliation.bank.formats.camt053_shapes import LONGEST, Shaped, Shapes
from reconciliation.bank.formats.limits import Limits, check_size

BLOCK = 64 * 1024
_OPEN, _CLOSE = b"<Ntry>", b"</Ntry>"
# Bytes that XML forbids or that change what a tag means: from there on the parser reads everything itself.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n")
_UNUSUAL = (b"<!", b"<?", b"]]>", b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class Scan:
    """A file object: what is left for the parser to read."""

    def __init__(self, stream: BinaryIO, start: int, limits: Limits) -> None:
        """`start` is where the root element begins; a file to be read by the parser alone has none (-1)."""
        self.runs: dict[str, list[Shaped]] = {}
        self._stream = stream
        self._limits = limits
        self._shapes = Shapes()
        self._token = secrets.token_hex(8)
        self._read = 0
        self._start = max(start, 0)
        self._plain = start < 0
        self._rest = b""
        self._number = 0

    def read(self, size: int = -1) -> bytes:
        """The next piece for the parser; `runs` holds what was taken out of it."""
        self.runs.clear()  # the parser asks for more only when it has answered for all it had
        while True:
            block = self._stream.read(BLOCK)
            self._read += len(block)
            check_size(self._read, self._limits)
            data = self._rest + block
            self._rest = b""
            if not block or self._unusual(data):
                return data
            left = self._take(data)
            if left:
                return left

    def _unusual(self, data: bytes) -> bool:
        if not self._plain:
            start, self._start = self._start, 0
            found = any(data.find(mark, start) >= 0 for mark in _UNUSUAL)
            self._plain = found or len(data.translate(None, _CONTROLS)) != len(data)
        return self._plain

    def _take(self, data: bytes) -> bytes:
        """Cut the entries of known shape out of the data; an unfinished one waits for the next block."""
        left: list[bytes] = []
        run: list[Shaped] | None = None
        at = 0
        while (start := data.find(_OPEN, at)) >= 0:
            end = data.find(_CLOSE, start)
            if end < 0 and len(data) - start <= LONGEST:
                break
            gap = data[at:start]
            at = end + len(_CLOSE) if end >= 0 else start + len(_OPEN)
            raw = data[start:at]
            shaped = self._shapes.read(raw) if end >= 0 else None
            if shaped is None:
                run = None
                left += (gap, raw)
                continue
            if run is None or gap.strip():
                run, mark = self._new_run()
                left += (gap, mark)
                gap = b""
            run.append(shaped)
            left.append(b"\n" * (gap.count(b"\n") + raw.count(b"\n")))  # lines keep their numbers in what is refused
        cut = start if start >= 0 else max(at, len(data) - len(_OPEN) + 1)
        self._rest = data[cut:]
        left.append(data[at:cut])
        return b"".join(left)

    def _new_run(self) -> tuple[list[Shaped], bytes]:
        self._number += 1
        name = f"{self._token}-{self._number}"
        self.runs[name] = []
        return self.runs[name], f'<Ntry run="{name}"/>'.encode()
