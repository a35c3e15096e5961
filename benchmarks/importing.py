"""bench import: a statement file of n lines received, read, verified and stored (file, statement and lines, under row
policies and all indexes), against the bare parse of the same file. Alternated, medians."""

import tempfile
import time
from datetime import UTC, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from benchmarks import statement_files as files
from benchmarks.database import bench_database
from ledger.actors import Actor
from ledger.assets import EXPONENTS
from ledger.tenancy import tenant
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.read import read_statements
from reconciliation.bank.import_now import import_now
from reconciliation.bank.models import BankAccount
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.bank.save_profile import save_profile
from reconciliation.people.set_up_tenant import set_up_tenant
from reconciliation.postings.open_account import open_account

OPERATOR = Actor("operator", "benchmark", frozenset({"policy_admin", "operator"}))
AT = datetime.combine(files.FIRST_DAY, clock(23, 30), UTC)
WRITERS = {"camt053": files.write_camt053, "mt940": files.write_mt940, "csv": files.write_csv, "ofx": files.write_ofx}


def run(rows: int, rounds: int = 3) -> dict[str, Any]:
    """Each format `rounds` times; the worst ratio of the three is the figure that counts."""
    results: dict[str, Any] = {}
    with bench_database() as admin, tempfile.TemporaryDirectory() as folder:
        for name, write in WRITERS.items():
            path = Path(folder) / name
            write(path, rows)
            results[name] = _measure(name, path, rows, rounds, admin)
    worst = max(results.values(), key=lambda r: float(r["ratio_to_floor"]))
    return {
        "name": "import", "rows": rows, "seconds": worst["seconds"], "rows_per_second": worst["rows_per_second"],
        "floor_seconds": worst["floor_seconds"], "ratio_to_floor": worst["ratio_to_floor"], "formats": results,
    }  # fmt: skip


def _measure(name: str, path: Path, rows: int, rounds: int, admin: psycopg.Connection[Any]) -> dict[str, Any]:
    seconds, floors = [], []
    for n in range(rounds):
        floors.append(_bare_parse(path, name))
        slug = f"{name}-{n}"
        tenant_id = set_up_tenant(slug=slug, name=slug, at=AT).id
        account = _account(tenant_id)
        admin.execute("CHECKPOINT")
        seconds.append(_import(tenant_id, account, path, name, rows))
    product, floor = sorted(seconds)[rounds // 2], sorted(floors)[rounds // 2]
    return {
        "seconds": round(product, 3), "rows_per_second": int(rows / product), "floor_seconds": round(floor, 3),
        "ratio_to_floor": round(product / floor, 3), "all_seconds": [round(s, 3) for s in seconds],
        "all_floor_seconds": [round(s, 3) for s in floors],
    }  # fmt: skip


def _bare_parse(path: Path, name: str) -> float:
    profile = profile_from(files.CSV_PROFILE) if name == "csv" else None
    started = time.perf_counter()
    read_statements(path, EXPONENTS, name, profile)
    return time.perf_counter() - started


def _import(tenant_id: int, account: BankAccount, path: Path, name: str, rows: int) -> float:
    """Seconds from the bytes on disk to the commit; a run that stored nothing cannot pass."""
    profile = "bench" if name == "csv" else ""
    started = time.perf_counter()
    with tenant(tenant_id):
        done = import_now(
            account, file_name=path.name, content=path.read_bytes(), actor=OPERATOR, at=AT, file_format=name,
            profile_name=profile,
        )  # fmt: skip
    seconds = time.perf_counter() - started
    with tenant(tenant_id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bank_line")
        assert (done.new_lines, cursor.fetchone()[0]) == (rows, rows)
    return seconds


def _account(tenant_id: int) -> BankAccount:
    with tenant(tenant_id):
        ledger = open_account(code="cash", name="Cash", kind="ASSET", asset=files.CURRENCY, actor=OPERATOR, at=AT)
        save_profile(name="bench", mapping=files.CSV_PROFILE, actor=OPERATOR, at=AT)
        return open_bank_account(
            code="cash", name="Cash", partner="Example Bank", number=files.ACCOUNT, ledger_account=ledger,
            opened_on=files.FIRST_DAY, calendar=CalendarInput(), actor=OPERATOR, at=AT,
        )  # fmt: skip
