"""A ZIP in the one form that bundles have: files one after the other, not compressed, without times, nothing between them and
nothing behind their directory. Written here byte by byte, because a library's bytes change with its version; the verifier reads the
same form by itself and refuses every other."""

import struct
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

LOCAL, CENTRAL, END = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"
VERSION, MADE_BY = 20, 3 << 8 | 20  # ZIP 2.0, unix
UTF8, STORED, MIDNIGHT, EARLIEST = 0x800, 0, 0, 33  # 1980-01-01, the earliest that a ZIP can say
READ_ONLY = 0o100444 << 16


@dataclass(slots=True)
class ZipWriter:
    """Writes to `out`, which must be empty and let itself be written again. `begin` a file, `write` it, `end` it; then `close`."""

    out: BinaryIO
    _count: int = 0
    _directory: bytes = b""
    _name: bytes = b""
    _begun: int = 0
    _size: int = 0
    _crc: int = field(default=0)

    def begin(self, name: str) -> None:
        self._name, self._begun, self._size, self._crc = name.encode(), self.out.tell(), 0, 0
        self.out.write(struct.pack(LOCAL, b"PK\3\4", VERSION, *self._tail()) + self._name)

    def write(self, content: bytes) -> None:
        self.out.write(content)
        self._size, self._crc = self._size + len(content), zlib.crc32(content, self._crc)

    def end(self) -> None:
        """Its size and checksum are known now, and stated in front of it."""
        self.out.seek(self._begun)
        self.out.write(struct.pack(LOCAL, b"PK\3\4", VERSION, *self._tail()))
        self.out.seek(0, 2)
        head = struct.pack(
            CENTRAL, b"PK\1\2", MADE_BY, VERSION, *self._tail(), 0, 0, 0, READ_ONLY, self._begun
        )  # fmt: skip
        self._directory, self._count = self._directory + head + self._name, self._count + 1

    def close(self) -> None:
        at, n = self.out.tell(), self._count
        self.out.write(self._directory + struct.pack(END, b"PK\5\6", 0, 0, n, n, len(self._directory), at, 0))

    def _tail(self) -> tuple[int, ...]:
        return UTF8, STORED, MIDNIGHT, EARLIEST, self._crc, self._size, self._size, len(self._name), 0
