"""A bundle as one file: sections as lines of canonical JSON, the verifier that reads them, a manifest of what each holds and what
is claimed of them, in a ZIP whose bytes follow from the contents alone. Nothing is compressed, so that every machine makes the
same bytes; the database compresses what it keeps. Pure but for the file that it is given."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

from reconciliation.errors import Refusal
from reconciliation.recovery.proof import verify
from reconciliation.recovery.proof.own_copy import own_copy
from reconciliation.recovery.proof.zip_form import ZipWriter

FORMAT = verify.FORMAT
MANIFEST, VERIFIER = "manifest.json", "verify.py"
MOST_BYTES = 200_000_000


class BundleTooLarge(Refusal):
    code = "bundle_too_large"


@dataclass(slots=True)
class Packing:
    """A bundle being written to `out`. `add` each section in order, then `close`."""

    out: BinaryIO
    most_bytes: int = MOST_BYTES
    files: list[dict[str, Any]] = field(default_factory=list)
    _zip: ZipWriter = field(init=False)

    def __post_init__(self) -> None:
        self._zip = ZipWriter(self.out)

    def add(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """One section, a row a line. Raises BundleTooLarge as soon as the file outgrows its limit."""
        digest, size, count = hashlib.sha256(), 0, 0
        self._zip.begin(f"{name}.jsonl")
        for row in rows:
            content = line(row)
            self._zip.write(content)
            digest.update(content)
            size, count = size + len(content), count + 1
            self._require_room(name)
        self._zip.end()
        self.files.append({"name": f"{name}.jsonl", "rows": count, "bytes": size, "sha256": digest.hexdigest()})

    def close(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """The manifest, written as the last file behind the verifier: `said` about the whole, the claims that the sections carry,
        and of each file its bytes and SHA-256. `sha256` is that of a listing as `sha256sum` writes it: each section, the verifier,
        and last what is said of the whole in canonical JSON."""
        verifier = own_copy()
        self._whole(VERIFIER, verifier)
        told = {
            "format": FORMAT,
            **said,
            "claims": verify.claims_of({f["name"].removesuffix(".jsonl") for f in self.files}),
        }
        own = {"name": VERIFIER, "bytes": len(verifier), "sha256": hashlib.sha256(verifier).hexdigest()}
        listed = [*self.files, own, {"name": "said", "sha256": hashlib.sha256(line(told).rstrip(b"\n")).hexdigest()}]
        listing = "".join(f"{f['sha256']}  {f['name']}\n" for f in listed)
        manifest = {**told, "files": self.files, "verifier": own, "rows": sum(f["rows"] for f in self.files),
                    "sha256": hashlib.sha256(listing.encode()).hexdigest()}  # fmt: skip
        self._whole(MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
        self._zip.close()
        self._require_room(MANIFEST)
        return manifest

    def _whole(self, name: str, content: bytes) -> None:
        self._zip.begin(name)
        self._zip.write(content)
        self._zip.end()

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
