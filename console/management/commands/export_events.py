"""`manage.py export_events --tenant T --from DAY --until DAY --out DIR`: the provider event log of some days, with a manifest."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from console.management.command import TenantCommand, day_argument, misused
from console.management.commands.verify_delivery import read_now
from ledger.actors import Actor
from reconciliation.provider.export_events import export_events, written

USUAL = timedelta(minutes=5)


class Command(TenantCommand):
    help = (
        "Writes events-T-FROM-UNTIL.jsonl and its manifest into DIR. Days are UTC by the provider's clock, both included. The "
        "same days as of the same instant are the same bytes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM-DD", type=day_argument)
        parser.add_argument("--until", dest="last", required=True, metavar="YYYY-MM-DD", type=day_argument)
        parser.add_argument("--out", required=True, metavar="DIR", type=Path)
        parser.add_argument(
            "--as-of", dest="as_of", metavar="T", type=read_now, help="ISO 8601; five minutes ago if not said"
        )

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        folder: Path = options["out"]
        if not folder.is_dir():
            misused(self, f"{folder} is not a folder")
        as_of = options["as_of"] or (at - USUAL).replace(microsecond=0)
        draft = folder / f".events-{at:%Y%m%d%H%M%S%f}.part"
        try:
            with draft.open("xb") as out:
                manifest = export_events(
                    first=options["first"], last=options["last"], as_of=as_of, out=out, actor=who, at=at
                )
            draft.replace(folder / manifest["file"])
        finally:
            draft.unlink(missing_ok=True)
        name = f"{manifest['file']}.manifest.json"
        (folder / name).write_bytes(written(manifest))
        return manifest | {"manifest": name}

    def told(self, result: dict[str, Any]) -> list[str]:
        return [f"{result['file']}: {result['events']} events, sha256 {result['sha256']}, as of {result['as_of']}"]
