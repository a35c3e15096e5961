"""The signing key of an installation that was given none."""

import os
import secrets
from pathlib import Path

from console.embedded.errors import FolderOfAnother


def secret_key(data: Path) -> str:
    """Return the key kept in the data folder, written on first use and readable by its owner alone."""
    kept = data / "secret_key"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except PermissionError as error:
        raise FolderOfAnother(f"{data} cannot be made here: set DATA_DIR= or SECRET_KEY=") from error
    draft = data / f"secret_key.{os.getpid()}"
    if not kept.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        # A link refuses to replace: of two processes that start at once, both end with the key of the first.
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text()
