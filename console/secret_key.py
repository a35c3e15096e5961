"""The signing keys of an installation that was given none."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from console.embedded.errors import FolderOfAnother


def secret_key(data: Path) -> str:
    """Return the key kept in the data folder, written on first use and readable by its owner alone."""
    return _kept(data, "secret_key", lambda: secrets.token_urlsafe(64))


def anchor_key(data: Path) -> str:
    """The same of the key that signs anchors: base64 of 32 bytes."""
    return _kept(data, "anchor_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())


def _kept(data: Path, name: str, make: Callable[[], str]) -> str:
    kept = data / name
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except PermissionError as error:
        raise FolderOfAnother(f"{data} cannot be made here: set DATA_DIR= or {name.upper()}=") from error
    draft = data / f"{name}.{os.getpid()}"
    if not kept.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        # A link refuses to replace: of two processes that start at once, both end with the key of the first.
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text()
