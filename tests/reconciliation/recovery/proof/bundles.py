"""A bundle in memory, edited as a forger would: rows changed and everything that follows from them stated anew."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from reconciliation.recovery.proof import verify
from reconciliation.recovery.proof.zip_form import ZipWriter

Rows = list[dict[str, Any]]
# The claims that only a recovery's bundle makes.
OF_A_RECOVERY = ("acts_allowed", "matches_told_apart", "matches_vouched", "steps_chained")


def unpacked(content: bytes) -> dict[str, bytes]:
    """By another reader than the verifier's own."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    written = ZipWriter(out)
    for name, content in files.items():
        written.begin(name)
        written.write(content)
        written.end()
    written.close()
    return out.getvalue()


def rows_in(files: dict[str, bytes], section: str) -> Rows:
    return [json.loads(row) for row in files[f"{section}.jsonl"].splitlines()]


def restated(files: dict[str, bytes], **said: Any) -> dict[str, bytes]:
    """The files with a manifest that states them, by whoever forges one."""
    manifest = json.loads(files["manifest.json"]) | said
    for file in [*manifest["files"], manifest["verifier"]]:
        content = files[file["name"]]
        file |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        if "rows" in file:
            file["rows"] = content.count(b"\n")
    manifest["rows"] = sum(f["rows"] for f in manifest["files"])
    manifest["sha256"] = verify.digest_of(manifest)
    return files | {"manifest.json": json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"}


def edited(files: dict[str, bytes], section: str, change: Callable[[Rows], Any], **meant: Any) -> dict[str, bytes]:
    """One section's rows changed in place, the manifest stated anew. A value that is a name of `meant` is what it means."""
    rows = rows_in(files, section)
    change(rows)
    for row in rows:
        row |= {name: meant[value] for name, value in row.items() if isinstance(value, str) and value in meant}
    spelled = b"".join(verify.spelled(row) + b"\n" for row in rows)
    return restated(files | {f"{section}.jsonl": spelled})


def without(files: dict[str, bytes], *sections: str, claims: list[str] | None = None) -> dict[str, bytes]:
    """Sections dropped, from the manifest too; its claims are those given, or stay."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [f for f in manifest["files"] if f["name"].removesuffix(".jsonl") not in sections]
    manifest["claims"] = manifest["claims"] if claims is None else claims
    left = {name: content for name, content in files.items() if name.removesuffix(".jsonl") not in sections}
    return restated(left | {"manifest.json": json.dumps(manifest).encode()})


def said_of(files: dict[str, bytes] | bytes, **known: str) -> str:
    """What the verifier says: "holds", or the failure."""
    try:
        given = (verify.unpack(files), hashlib.sha256(files).hexdigest()) if isinstance(files, bytes) else (files, "")
        verify.check(*given, **known)
    except verify.Failure as failure:
        return str(failure)
    return "holds"


def as_note(head: str) -> str:
    number, _, digest = head.partition(":")
    return f"plumbline/acme\n{number}\n{base64.b64encode(bytes.fromhex(digest)).decode()}\n\n— nobody AAAA\n"
