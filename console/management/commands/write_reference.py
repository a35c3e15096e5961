"""The documents that are generated from policy and code, under docs/reference/."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.reference import documents


class Command(BaseCommand):
    help = "Write docs/reference/: the decision tree, the state tables, the signals. --check says whether they are up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 where a document is out of date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        stale = []
        for name, text in documents().items():
            path = folder / name
            if path.is_file() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(name)
            if not options["check"]:
                folder.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"wrote docs/reference/{name}")
        if stale and options["check"]:
            raise CommandError(f"out of date: {', '.join(stale)}; run write_reference")
