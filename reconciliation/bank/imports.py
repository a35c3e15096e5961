"""What the steps of an import share: the file as received, reading it, storing what it holds, and asking for the
checks."""

import gzip
import hashlib
import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from ledger.assets import EXPONENTS
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.detect import FORMATS, detect_format
from reconciliation.bank.formats.limits import LIMITS
from reconciliation.bank.formats.read import read_statements
from reconciliation.bank.formats.statement import ParsedStatement
from reconciliation.bank.formats.xml_prolog import HEAD
from reconciliation.bank.models import BankAccount, BankFile, BankImport, BankPeriod, CsvProfile
from reconciliation.bank.save_profile import find_profile, read_profile
from reconciliation.bank.still_to_come import note_dates_to_come
from reconciliation.bank.store_intraday import store_intraday
from reconciliation.bank.store_statement import StoredStatement, store_statement
from reconciliation.errors import BadInput, CannotBe, NotFound, Refusal
from reconciliation.outbox import enqueue

LONGEST_NAME = 200


class ImportNotOpen(Refusal):
    code = "import_not_open"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one statement of a file: stored, or refused alone while others of the file were taken in."""

    parsed: ParsedStatement
    stored: StoredStatement | None
    refusal: StatementRefused | None = None

    @property
    def state(self) -> str:
        """in_force, not_in_force (kept, counts nowhere), intraday (expected money), repeated (all of it was stored already)
        or refused."""
        if self.stored is None:
            return "refused"
        if self.stored.statement_id is None:
            return "repeated"
        if self.stored.intraday:
            return "intraday"
        return "in_force" if self.stored.in_force else "not_in_force"


def find_import(public_id: object, *, lock: bool = False) -> BankImport:
    """The import of a public id, locked when its state is about to move. Raises NotFound, also for what is no id."""
    rows = BankImport.objects.select_related("bank_account__ledger_account", "profile")
    try:
        return (rows.select_for_update(of=("self",)) if lock else rows).get(public_id=UUID(str(public_id)))
    except (BankImport.DoesNotExist, ValueError) as error:
        raise NotFound(f"no import has the id {str(public_id)!r:.60}") from error


def same_file(account: BankAccount, content: bytes) -> BankImport | None:
    """The standing import of the same bytes into the account, or None."""
    digest = hashlib.sha256(content).digest()
    rows = BankImport.objects.filter(bank_account=account, sha256=digest)
    return rows.exclude(state__in=["refused", "discarded"]).order_by("id").first()


def chosen_format(file_format: str, profile_name: str) -> tuple[str, CsvProfile | None]:
    """The format to read as, and the saved profile. Naming a profile names CSV. Raises BadInput, NotFound."""
    if file_format not in ("auto", *FORMATS):
        raise BadInput(f"the format is auto or one of {', '.join(FORMATS)}", "format")
    if not profile_name:
        return file_format, None
    if file_format not in ("auto", "csv"):
        raise CannotBe(f"a CSV profile does not go with the format {file_format}", "profile")
    return "csv", find_profile(profile_name)


def add_import(
    account: BankAccount,
    name: str,
    content: bytes,
    file_format: str,
    profile: CsvProfile | None,
    who: str,
    at: datetime,
) -> BankImport:
    """Insert the import's row. Raises StatementRefused for an empty or oversized file."""
    if not content:
        raise StatementRefused("empty", "the file is empty")
    if len(content) > LIMITS.max_bytes:
        raise StatementRefused("too_large", f"the file is larger than {LIMITS.max_bytes} bytes")
    return BankImport.objects.create(
        bank_account=account, file_name=plain_name(name), size_bytes=len(content),
        sha256=hashlib.sha256(content).digest(),
        format=file_format, profile=profile, received_at=at, received_by=who, progress={"step": "received"},
    )  # fmt: skip


def keep_file(bank_import: BankImport, content: bytes) -> None:
    """Store the file, gzipped: quicker than the database's own compression. Bound as a binary parameter, for written
    into the statement it would triple in memory."""
    packed = gzip.compress(content, 1, mtime=0)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("INSERT INTO bank_file (import_id, content) VALUES (%s, %b)", [bank_import.id, packed])


def kept_file(bank_import: BankImport) -> bytes:
    """The bytes as they came."""
    return gzip.decompress(BankFile.objects.values_list("content", flat=True).get(bank_import=bank_import))


def parse(content: bytes, file_format: str, profile: CsvProfile | None) -> tuple[str, list[ParsedStatement]]:
    """The format found and the statements. Raises StatementRefused naming line and field."""
    if file_format == "auto":
        file_format = detect_format(content[:HEAD])
    dialect = read_profile(profile) if profile is not None else None
    return file_format, read_statements(io.BytesIO(content), EXPONENTS, file_format, dialect)


def store_file(statements: Sequence[ParsedStatement], bank_import: BankImport, *, at: datetime) -> list[Outcome]:
    """Store each statement whole. One of another account or currency is left out and named; when none is left, the
    file is refused. Raises StatementRefused."""
    note_dates_to_come([s for s in statements if not s.intraday], bank_import.bank_account, at=at)
    outcomes = []
    for parsed in statements:
        try:
            store = store_intraday if parsed.intraday else store_statement
            outcomes.append(Outcome(parsed, store(parsed, bank_import, at=at)))
        except StatementRefused as refusal:
            outcomes.append(Outcome(parsed, None, refusal))
    refused = [o.refusal for o in outcomes if o.refusal is not None]
    if refused and len(refused) == len(outcomes):
        raise refused[0]
    return outcomes


def enqueue_checks(account: BankAccount, days: Iterable[date], key: str, *, at: datetime) -> None:
    """Ask for a reconcile of every settlement day that holds one of the dates and has begun, one item per unbroken
    run."""
    for first, until in stretches(account, days, at=at):
        name = f"{key} {first}"
        payload: dict[str, Any] = {"account": account.id, "from": str(first), "until": str(until), "key": name}
        enqueue("reconcile", name, payload, at=at)


def stretches(account: BankAccount, days: Iterable[date], *, at: datetime) -> list[tuple[date, date]]:
    """The begun settlement days that hold the dates, as unbroken half-open runs."""
    periods = list(
        BankPeriod.objects.filter(bank_account=account, starts_at__lte=at)
        .order_by("day")
        .values_list("day", "until_on")
    )
    starts = [day for day, _ in periods]
    places = sorted({place for d in days if (place := bisect_right(starts, d) - 1) >= 0 and d < periods[place][1]})
    runs: list[tuple[date, date]] = []
    last = None
    for place in places:
        day, until = periods[place]
        if last == place - 1:
            runs[-1] = (runs[-1][0], until)
        else:
            runs.append((day, until))
        last = place
    return runs


def plain_name(name: str) -> str:
    """The file's own name, printable and short: it is shown, and never used as a path."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in last).strip()
    return shown[:LONGEST_NAME] or "file"
