"""What the product's commands share: the tenant's scope, who acts, one JSON object on stdout, errors on stderr, and
exit codes: 0 done, 1 refused, 2 used wrongly."""

import getpass
import json
import os
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from console.http import REFUSALS
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.bank.models import BankAccount
from reconciliation.errors import BadInput, NotFound
from reconciliation.refused_attempts import record_attempt

REFUSED, USAGE = 1, 2


class TenantCommand(BaseCommand):
    """A command that acts in one tenant: `act` runs inside its scope, and a refusal rolls all of it back."""

    requires_system_checks = []  # whatever else is wrong with the installation, an operator's command can run
    role = "operator"
    audited = True  # commands that only look leave no trace of what they could not find

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, metavar="T", help="the tenant's short name")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        at = datetime.now(UTC)
        entered = None
        try:
            entered = tenant_id, who = self.enter(options)
            result = self.run(tenant_id, who, at, **options)
        except REFUSALS as refusal:
            if entered is not None and self.audited:
                self._record(*entered, at, refusal)
            refuse(self, refusal, as_json)
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(self.told(result)))
        raise_exit(self.exit_code(result))

    def enter(self, options: dict[str, Any]) -> tuple[int, Actor]:
        """The tenant and who acts in it, taken out of the options. Raises NotFound."""
        return find_tenant(options.pop("tenant")), operator(self.role)

    def run(self, tenant_id: int, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        with tenant(tenant_id):
            return self.act(who, at, **options)

    def act(self, who: Actor, at: datetime, **options: Any) -> dict[str, Any]:
        """Do it inside the tenant's scope and return what is printed."""
        raise NotImplementedError

    def told(self, result: dict[str, Any]) -> list[str]:
        """The result in words, a line each."""
        return [json.dumps(result, ensure_ascii=False, indent=1)]

    def exit_code(self, result: dict[str, Any]) -> int:
        return 0

    def _record(self, tenant_id: int, who: Actor, at: datetime, refusal: Exception) -> None:
        name = type(self).__module__.rpartition(".")[2]
        with tenant(tenant_id):
            record_attempt(refusal, f"command {name}", actor=who, at=at)


def refuse(command: BaseCommand, refusal: Exception, as_json: bool) -> None:
    """Say why on stderr (and as the one JSON object on stdout when JSON was asked for) and leave with 1."""
    code, where = getattr(refusal, "code", "refused"), getattr(refusal, "where", "")
    message = getattr(refusal, "message", str(refusal))
    command.stderr.write(f"refused ({code}): {f'{where}: ' if where else ''}{message}")
    if as_json:
        command.stdout.write(json.dumps({"error": {"code": code, "message": message, "where": where}}))
    raise SystemExit(REFUSED)


def misused(command: BaseCommand, what: str) -> None:
    """Say what was used wrongly on stderr and leave with 2."""
    command.stderr.write(what)
    raise SystemExit(USAGE)


def raise_exit(code: int) -> None:
    if code:
        raise SystemExit(code)


def operator(role: str) -> Actor:
    """Whoever sits at the command line, by the system's name for them, in the role that the command needs."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = f"uid {os.getuid()}"  # a container may run as a number without a name
    return Actor("operator", name, frozenset({role}), name)


def find_tenant(slug: str) -> int:
    """Raises NotFound."""
    tenant_id = Tenant.objects.filter(slug=slug).values_list("id", flat=True).first()
    if tenant_id is None:
        raise NotFound(f"no tenant has the name {slug!r:.70}")
    return int(tenant_id)


def find_account(code: str) -> BankAccount:
    """The bank account of a code in the tenant in scope. Raises NotFound."""
    account = BankAccount.objects.select_related("ledger_account").filter(code=code).first()
    if account is None:
        raise NotFound(f"no bank account has the code {code!r:.70}")
    return account


def read_day(text: str) -> date:
    """A date, YYYY-MM-DD. Raises ValueError."""
    if len(text) != 10:
        raise ValueError(text)
    return date.fromisoformat(text)


def day_argument(text: str) -> date:
    """For argparse, which says what is wrong in our words."""
    try:
        return read_day(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text[:40]!r} is not a date, YYYY-MM-DD") from error


def read_json(content: bytes, name: str) -> Any:
    """Raises BadInput naming the file."""
    try:
        return json.loads(content, parse_float=_no_float)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not readable as JSON ({error})"[:300], name) from error


def _no_float(text: str) -> str:
    raise ValueError(f"{text}: amounts are texts of minor units, and nothing else here has decimals")


def existing_file(command: BaseCommand, path: Path) -> bytes:
    """The file's bytes; leaves with 2 when there is no such file."""
    if not path.is_file():
        misused(command, f"{path} is not a file")
    return path.read_bytes()
