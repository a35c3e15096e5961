"""Model gaps: codes of the bank that no use case books, what is left open of each, and what people said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from reconciliation.cases.models import ExceptionCase
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "gaps.sql")


@dataclass(frozen=True, slots=True)
class Gap:
    """Of one account, code, kind and currency. `net` and `gross` in minor units of the currency, net as ledger less bank; `since`
    is the oldest day. `owner`, `note`, `said_by`, `said_at`: what was said last, "" and None where nobody did."""

    account_id: int
    account: str
    account_name: str
    code: str
    category: str
    currency: str
    cases: int
    net: int
    gross: int
    since: date
    owner: str
    note: str
    said_by: str
    said_at: datetime | None

    @property
    def sentence(self) -> str:
        said = f"documented by {self.said_by}, {self.owner} looks after it" if self.said_at else "not documented"
        return (
            f"No use case books code {self.code or 'none'} of {self.account}: model gap, {said}. Once a policy admin sets an"
            " account for the code, its cases can be booked."
        )


def gaps() -> list[Gap]:
    """Those with open cases, the largest gross residual first. One query. Needs a tenant scope."""
    return _read(None)


def gap_of(case: ExceptionCase) -> Gap | None:
    """The gap that keeps the case from being booked, with the figures of the case alone; None where there is none. A query for
    cases of cause 6, none for others."""
    if case.cause != 6 or case.bank_account_id is None:
        return None
    found: Sequence[Gap] = _read(case.id)
    return found[0] if found else None


def _read(case: int | None) -> list[Gap]:
    with connection.cursor() as cursor:
        cursor.execute(SQL["gaps"], {"case": case})
        return [
            Gap(
                account_id=r[0], account=r[1], account_name=r[2], code=r[3], category=r[4], currency=r[5], cases=int(r[6]),
                net=int(r[7]), gross=int(r[8]), since=r[9], owner=r[10] or "", note=r[11] or "", said_by=r[12] or "",
                said_at=r[13],
            )
            for r in cursor.fetchall()
        ]  # fmt: skip
