"""Where anchors are kept: a folder that should lie on another disk or host, a file for each tenant, a line for each anchor. Lines
are added and never changed; each is on the disk before its maker goes on."""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ledger.anchors.keys import PublicKey, SigningKey
from ledger.anchors.note import Anchor, BadAnchor, read_note, signed_note


@dataclass(frozen=True, slots=True)
class Shelf:
    """`old` are public keys that signed before `key` did."""

    folder: Path
    key: SigningKey
    old: Sequence[PublicKey] = ()

    def origin(self, slug: str) -> str:
        return f"{self.key.name}/{slug}"

    def place(self, slug: str) -> Path:
        return self.folder / f"{slug}.jsonl"

    def append(self, slug: str, anchor: Anchor) -> str | None:
        """Sign it and keep it; answers the note, None when a rival has kept as long a chain meanwhile. Raises OSError."""
        note, place = signed_note(anchor, self.key), self.place(slug)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = {
            "at": anchor.at.isoformat(),
            "blocks": anchor.blocks,
            "head": anchor.head,
            "rows": anchor.rows,
            "note": note,
        }
        with os.fdopen(os.open(place, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _blocks_in(file) >= anchor.blocks:
                return None
            file.write(json.dumps(told).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the file's name, too
        finally:
            os.close(folder)
        return note

    def anchors(self, slug: str) -> list[Anchor]:
        """All that are kept, oldest first, each with its signature checked; none where there is no file. Raises BadAnchor, naming
        the line, and when the file cannot be read."""
        try:
            lines = self.place(slug).read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BadAnchor(f"the file cannot be read ({error.strerror})") from error
        if lines.pop() != b"":
            raise BadAnchor("the last line is cut off")
        found: list[Anchor] = []
        for number, line in enumerate(lines, 1):
            found.append(self._read(line, number, slug))
            if number > 1 and found[-1].blocks < found[-2].blocks:
                raise BadAnchor(f"line {number}: the chain was longer before")
        return found

    def _read(self, line: bytes, number: int, slug: str) -> Anchor:
        try:
            anchor = read_note(json.loads(line)["note"], (self.key.public, *self.old))
        except BadAnchor as bad:
            raise BadAnchor(f"line {number}: {bad}") from bad
        except (ValueError, KeyError, TypeError) as error:
            raise BadAnchor(f"line {number} is no anchor") from error
        if anchor.origin.rpartition("/")[2] != slug:
            raise BadAnchor(f"line {number}: it is of {anchor.origin}")
        return anchor


def _blocks_in(file: BinaryIO) -> int:
    """How long the chain was that the last line is of; 0 without one. What is no line is left to whoever verifies."""
    file.seek(0)
    lines = file.read().splitlines()
    try:
        return int(json.loads(lines[-1])["blocks"]) if lines else 0
    except (ValueError, KeyError, TypeError):
        return 0
