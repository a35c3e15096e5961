"""`manage.py save_profile FILE --tenant T --name N`: save how a bank writes its CSV, as a new version under a name."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from console.management.command import TenantCommand, existing_file, read_json
from ledger.actors import Actor
from reconciliation.bank.save_profile import save_profile
from reconciliation.errors import BadInput


class Command(TenantCommand):
    help = "Saves a CSV profile (a JSON object of its settings) for `import_statement --profile`."
    role = "policy_admin"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--name", default="", help="by default the name in the file")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        file: Path = options["file"]
        mapping = read_json(existing_file(self, file), file.name)
        if not isinstance(mapping, dict):
            raise BadInput("a profile is an object of settings", file.name)
        name = options["name"] or str(mapping.get("name", ""))
        row = save_profile(name=name, mapping=mapping, actor=who, at=at)
        return {"profile": row.name, "version": row.version}

    def told(self, result: dict[str, Any]) -> list[str]:
        return [f"{result['profile']} v{result['version']}"]
