"""The runbooks of alerts as they stand in docs/runbooks: a page for each alert, named after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from reconciliation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Runbook:
    """`title` is the alert's name, `text` the page without it, as Markdown."""

    key: str
    title: str
    text: str


@cache
def runbooks() -> Sequence[Runbook]:
    """All of them, by their names."""
    return tuple(_read(path) for path in sorted(folder().glob("*.md")))


def runbook(key: str) -> Runbook:
    """Raises NotFound."""
    found = next((one for one in runbooks() if one.key == key), None)
    if found is None:
        raise NotFound(f"there is no runbook {key!a:.60}")
    return found


def folder() -> Path:
    """Where the pages stand."""
    return Path(settings.BASE_DIR) / "docs" / "runbooks"


def _read(path: Path) -> Runbook:
    head, _, text = path.read_text(encoding="utf-8").partition("\n")
    if not head.startswith("# ") or not text.strip():
        raise ValueError(f"{path.name} begins with the name of its alert, and says what to do")
    return Runbook(path.stem, head.removeprefix("# ").strip(), text.strip())
