"""A bundle as one file: sections as lines of canonical JSON, a manifest of what each holds, in a ZIP whose bytes follow from the
contents alone. Nothing is compressed, so that every machine makes the same bytes; the database compresses what it keeps. Pure but
for the file that it is given."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

from reconciliation.errors import Refusal

FORMAT = "plumbline evidence 1"
MANIFEST = "manifest.json"
MOST_BYTES = 200_000_000
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say: no file in it has a time of its own


class BundleTooLarge(Refusal):
    code = "bundle_too_large"


@dataclass(slots=True)
class Packing:
    """A bundle being written to `out`. `add` each section in order, then `close`."""

    out: BinaryIO
    most_bytes: int = MOST_BYTES
    files: list[dict[str, Any]] = field(default_factory=list)
    _zip: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.out, "w", zipfile.ZIP_STORED)

    def add(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """One section, a row a line. Raises BundleTooLarge as soon as the file outgrows its limit."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._zip.open(_entry(f"{name}.jsonl"), "w", force_zip64=True) as inner:
            for row in rows:
                content = line(row)
                inner.write(content)
                digest.update(content)
                size, count = size + len(content), count + 1
                self._require_room(name)
        self.files.append({"name": f"{name}.jsonl", "rows": count, "bytes": size, "sha256": digest.hexdigest()})

    def close(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """The manifest, written as the last file: `said` about the whole, and of each section its rows, bytes and SHA-256.
        `sha256` is that of the sections' digests and names, a line each, as `sha256sum` writes them."""
        listing = "".join(f"{f['sha256']}  {f['name']}\n" for f in self.files)
        manifest = {"format": FORMAT, **said, "files": self.files, "rows": sum(f["rows"] for f in self.files),
                    "sha256": hashlib.sha256(listing.encode()).hexdigest()}  # fmt: skip
        self._zip.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1, sort_keys=True) + "\n")
        self._zip.close()
        self._require_room(MANIFEST)
        return manifest

    def _require_room(self, name: str) -> None:
        if self.out.tell() > self.most_bytes:
            raise BundleTooLarge(
                f"the bundle outgrows {self.most_bytes:,} bytes in its section {name}; narrow what it is about"
            )


def line(row: Mapping[str, Any]) -> bytes:
    """A row as canonical JSON: names in order, no blanks, instants in UTC with microseconds, whole numbers of money as text."""
    return (json.dumps(row, sort_keys=True, separators=(",", ":"), default=_plain, ensure_ascii=False) + "\n").encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(int(value)) if value == int(value) else str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in a bundle")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system, entry.external_attr = 3, 0o444 << 16
    return entry
