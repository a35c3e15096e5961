"""`manage.py post_transactions FILE --tenant T`: post, plan, confirm and fail by file, for systems without the API."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from console.management.command import TenantCommand, existing_file
from console.management.posting_file import act_on, read_rows
from ledger.actors import Actor


class Command(TenantCommand):
    help = (
        "Acts on the book by a file of JSON lines or one JSON array. A row is a posting (key, use_case, entries, …) "
        "with action post or plan, or {action: confirm | fail, key}. All or nothing; run again, it changes nothing."
    )
    role = "integration"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        file: Path = options["file"]
        done = act_on(read_rows(existing_file(self, file), file.name), actor=who, at=at)
        changed = sum(row["done"] for row in done)
        return {"rows": len(done), "done": changed, "known": len(done) - changed, "transactions": done}

    def told(self, result: dict[str, Any]) -> list[str]:
        return [f"{result['rows']} rows: {result['done']} done, {result['known']} stood already"]
