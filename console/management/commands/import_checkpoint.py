"""`manage.py import_checkpoint FILE.yaml`: the file becomes the draft of the checkpoint that its key names, written by the person
whose token stands in PLUMBLINE_TOKEN. `--check` reads the file against its schema and stores nothing."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from console.management.command import misused, operator
from console.management.person_command import PersonCommand
from ledger.actors import Actor
from reconciliation.policies.draft_in_hand import draft_in_hand
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.yaml_text import LARGEST, from_yaml


class Command(PersonCommand):
    help = "Takes a checkpoint in from YAML, as a draft: it decides nothing until a second person puts it in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", help="YAML, as export_checkpoint writes it")
        parser.add_argument("--check", action="store_true", help="only read it against its schema")

    def enter(self, options: dict[str, Any]) -> tuple[int, Actor]:
        """Reading a file against its schema takes no token: nothing is stored, and nobody needs to be known."""
        if not options["check"]:
            return super().enter(options)
        self.audited = False
        return 0, operator(self.role)

    def run(self, tenant_id: int, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        if options["check"]:
            return self.act(who, at, **options)
        return super().run(tenant_id, who, at, **options)

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        path = Path(options["file"])
        try:
            with path.open(encoding="utf-8") as file:
                text = file.read(LARGEST + 1)
        except (OSError, UnicodeDecodeError) as error:
            misused(self, f"{path.name} cannot be read: {error}")
        document = from_yaml(text)
        if options["check"]:
            return {"key": document["key"], "version": None, "state": "checked", "clauses": len(document["clauses"])}
        made = save_draft(document=document, seen_edits=draft_in_hand(document["key"]), actor=who, at=at)
        clauses = len(document["clauses"])
        return {"key": document["key"], "version": made.number, "state": made.state, "clauses": clauses}

    def told(self, result: dict[str, Any]) -> list[str]:
        if result["version"] is None:
            return [f"{result['key']} is well made, {result['clauses']} clauses; nothing was stored"]
        return [f"{result['key']} v{result['version']} is a draft, {result['clauses']} clauses"]
