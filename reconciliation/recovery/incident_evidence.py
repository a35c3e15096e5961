"""What an incident's evidence is about: its account, the days around it, the lines and payments that its checks named."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from reconciliation.errors import NotFound
from reconciliation.incidents.models import Incident
from reconciliation.named_sql import read_steps
from reconciliation.recovery.proof.sections import CASES, POSTINGS, named, sections_of

SECTIONS = [*sections_of(__file__, "incident.sql"), *CASES, *POSTINGS]
NAMED = read_steps(__file__, "incident_named.sql")
AROUND = timedelta(days=3)
CHECKED = """
  FROM drift_contribution x JOIN drift_check c ON c.tenant_id = x.tenant_id AND c.id = x.check_id
 WHERE x.case_id = ANY(%s) AND c.checked_at <= %s
"""
DAYS = f"SELECT min(c.day), max(c.day) {CHECKED}"
LINES = f"SELECT DISTINCT unnest(x.line_ids) {CHECKED} ORDER BY 1"
PAYMENTS = f"SELECT DISTINCT unnest(x.payment_ids) {CHECKED} ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Checked:
    """Half-open days, and what the checks of the cases named on them."""

    first: date
    until: date
    lines: list[int]
    payments: list[str]


def about_incident(number: int, as_of: datetime) -> dict[str, Any]:
    """What the sections are given. Needs a tenant scope. Raises NotFound."""
    incident = Incident.objects.filter(number=number).select_related("bank_account").first()
    if incident is None:
        raise NotFound(f"no incident has the number {number}")
    cases = list(incident.cases.filter(joined_at__lte=as_of).order_by("case_id").values_list("case_id", flat=True))
    checked = _checked(cases, as_of, incident.opened_at.date())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(array_agg(DISTINCT reference_key) FILTER (WHERE reference_key <> ''), '{}') FROM bank_line"
            " WHERE id = ANY(%s)", [checked.lines],
        )  # fmt: skip
        (keys,) = cursor.fetchone()
        cursor.execute("SELECT 'C-' || number FROM exception_case WHERE id = ANY(%s) ORDER BY number", [cases])
        subjects = [c for (c,) in cursor.fetchall()]
        cursor.execute("SELECT 'FW-' || number FROM freeze_window WHERE id = %s", [incident.freeze_id])
        subjects += [str(incident), incident.bank_account.code, cursor.fetchone()[0]]
    about = {
        "incident": incident.id, "cases": cases, "account": incident.bank_account_id,
        "ledger_account": incident.bank_account.ledger_account_id, "first": checked.first, "until": checked.until,
        "lines": checked.lines, "payments": checked.payments, "keys": keys, "subjects": subjects, "in_force": True,
        "as_of": as_of,
    }  # fmt: skip
    return named(NAMED, ("transactions", "asked", "decided"), about)


def _checked(cases: list[int], as_of: datetime, else_on: date) -> Checked:
    with connection.cursor() as cursor:
        cursor.execute(DAYS, [cases, as_of])
        first, last = cursor.fetchone()
        cursor.execute(LINES, [cases, as_of])
        lines = [row for (row,) in cursor.fetchall()]
        cursor.execute(PAYMENTS, [cases, as_of])
        payments = [row for (row,) in cursor.fetchall() if row]
    return Checked((first or else_on) - AROUND, (last or else_on) + AROUND + timedelta(days=1), lines, payments)
