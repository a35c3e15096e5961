"""The playbooks as they stand in docs/playbooks: a title and seven sections, always the same, in this order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from reconciliation.errors import NotFound
from reconciliation.oversight.routing.routes import IncidentClass, routes

SECTIONS = (
    "Objective", "Prerequisites", "Signals", "Decision points", "Escalation", "Failure modes", "Recovery",
)  # fmt: skip
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Playbook:
    """`sections`: name → its text as Markdown, all seven in their order."""

    key: str
    title: str
    incident_class: IncidentClass
    sections: Mapping[str, str]


@cache
def playbook(key: str) -> Playbook:
    """Raises NotFound for a key that no routing row knows, ValueError for a page without its sections."""
    if key not in routes().playbooks:
        raise NotFound(f"there is no playbook {key!a:.60}")
    return read_page(key, folder() / f"{key}.md")


def read_page(key: str, path: Path) -> Playbook:
    """A page of docs/playbooks. Raises ValueError naming the page and what it lacks."""
    text = path.read_text(encoding="utf-8")
    head, *parts = HEADING.split(text)
    title = head.strip()
    if not title.startswith("# ") or "\n" in title:
        raise ValueError(f"{path.name} begins with its title alone")
    sections = {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}
    if tuple(sections) != SECTIONS or not all(sections.values()):
        raise ValueError(f"{path.name} has the sections {', '.join(SECTIONS)}, in this order, none empty")
    return Playbook(key, title.removeprefix("# "), routes().playbooks[key], sections)


def folder() -> Path:
    """Where the pages stand."""
    return Path(settings.BASE_DIR) / "docs" / "playbooks"
