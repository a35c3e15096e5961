"""`manage.py backtest_policy --tenant T --policy KEY`: what a version of a checkpoint, or a document in a file, would have done to
the moves of a window. The result is kept; the moves and the checkpoints stay as they are."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from console.management.command import TenantCommand, day_argument, existing_file, misused
from ledger.actors import Actor
from ledger.money import spoken
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.errors import BadInput
from reconciliation.policies.versions import latest_of, version_of

DAYS = 90


class Command(TenantCommand):
    help = "Replays the recorded moves of a window with a document in force, and prints what would have been different."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--policy",
            metavar="KEY",
            help="a checkpoint: its draft or the version under evaluation, else what is in force",
        )
        what.add_argument("--file", type=Path, metavar="POLICY.yaml", help="a document that is no version")
        parser.add_argument("--number", type=int, metavar="N", help="this version of the checkpoint")
        parser.add_argument("--since", type=day_argument, metavar="YYYY-MM-DD", help="the first day, UTC")
        parser.add_argument(
            "--until", type=day_argument, metavar="YYYY-MM-DD", help="the day after the last, UTC; else now"
        )
        parser.add_argument("--days", type=int, default=DAYS, help="how far back without --since")

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        document, number = self._document(options)
        until = _midnight(options["until"]) if options["until"] else at
        since = (
            _midnight(options["since"])
            if options["since"]
            else until - timedelta(days=max(0, min(options["days"], 10_000)))
        )
        made = run_backtest(document=document, number=number, since=since, until=until, actor=who, at=at)
        result: dict[str, Any] = made.result
        return {"backtest": str(made.public_id)} | result

    def _document(self, options: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
        if options["file"]:
            if options["number"] is not None:
                misused(self, "--number goes with --policy")
            return read_yaml(existing_file(self, options["file"]), options["file"].name), None
        key, number = options["policy"], options["number"]
        version = latest_of(key) if number is None else version_of(key, number)
        return version.document, version.number

    def told(self, result: dict[str, Any]) -> list[str]:
        blocked, hindered = result["blocked"], result["hindered"]
        lines = [
            f"{result['title']}: {result['flips']} of {result['replayed']} moves flip, {result['groups']} kinds told apart",
            f"looser: {_tally(result['loosened'])}" + "".join(f"; {name} unseen" for name in result["unseen_looser"]),
            f"other people: {_tally(result['other_people'])}",
            f"blocked drift: {_tally(blocked['tally'])}, {blocked['stopped']} stopped, {blocked['held']} held",
            f"stopped though right: {_tally(hindered['stopped'])}",
            f"delayed though right: {_tally(hindered['delayed'])}",
            f"drift days prevented: {result['drift_days_prevented']} of {len(result['drift_days'])}",
            f"cases between planes prevented: {result['plane_cases_prevented']} of {result['plane_cases']}",
        ]  # fmt: skip
        for e in hindered["extra"]:
            who = " or ".join(role.replace("_", " ") for role in e["roles"])
            lines.append(f"more approvals by a {who}: {e['approvals']}, {e['per_day']} a day, {e['per_week']} a week")
        return lines


def read_yaml(content: bytes, name: str) -> dict[str, Any]:
    """Raises BadInput naming the file."""
    try:
        found = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput(f"not readable as YAML ({error})"[:300], name) from error
    if not isinstance(found, dict):
        raise BadInput("one document is expected, a mapping", name)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _tally(tally: dict[str, Any]) -> str:
    money = ", ".join(spoken(int(m["minor"]), m["asset"]) for m in tally["money"])
    return f"{tally['moves']} moves, {tally['payments']} payments" + (f", {money}" if money else "")
