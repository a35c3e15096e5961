"""What a payment is expected to bring, and what of it has come, before a receipt is given to it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection

from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "expected.sql")
IDENTIFY = "identify"
ENDED = ("fulfilled", "refunded", "disputed")


@dataclass(frozen=True, slots=True)
class OrderSays:
    ref: str
    asset: str
    amount_minor: int
    state: str


@dataclass(frozen=True, slots=True)
class ProviderSays:
    ref: str
    asset: str
    detected: int | None
    confirmed: int | None
    status: str


@dataclass(frozen=True, slots=True)
class EntrySays:
    """`stands`: its transaction neither failed nor was reversed; `bank`: its account is reconciled with a bank's."""

    transaction: int
    use_case: str
    posted: bool
    stands: bool
    account: str
    kind: str
    asset: str
    direction: str
    amount_minor: int
    bank: bool


@dataclass(frozen=True, slots=True)
class ExpectedPayment:
    """Amounts in minor units of the asset that is asked about."""

    payment_id: str
    orders: tuple[OrderSays, ...]
    payments: tuple[ProviderSays, ...]
    entries: tuple[EntrySays, ...]

    @property
    def assets(self) -> list[str]:
        """Every asset in which a plane speaks of it."""
        told = [o.asset for o in self.orders] + [p.asset for p in self.payments] + [e.asset for e in self._own]
        return sorted({asset for asset in told if asset})

    @property
    def goes_out(self) -> bool:
        """It is money of ours: nobody ordered or reported it, and its first posting leaves by a bank."""
        first = next((e for e in self._own if e.bank), None)
        return not self.orders and not self.payments and first is not None and first.direction == "CREDIT"

    def amount(self, asset: str) -> int | None:
        """As ordered, else as the provider has it, else as it was posted; None where no plane says."""
        if ordered := sum(o.amount_minor for o in self.orders if o.asset == asset):
            return ordered
        if told := sum(p.confirmed or p.detected or 0 for p in self.payments if p.asset == asset):
            return told
        posted = Counter[int]()
        for e in self._own:
            if e.asset == asset and e.direction == "DEBIT" and e.stands:
                posted[e.transaction] += e.amount_minor
        return max(posted.values(), default=None)

    def received(self, asset: str) -> int:
        """What is final at the provider or posted as come to a bank, and the receipts that were given to it before."""
        final = sum(p.confirmed or 0 for p in self.payments if p.asset == asset)
        of_bank = (e for e in self._own if e.bank and e.stands and e.posted and e.asset == asset)
        came = sum(e.amount_minor if e.direction == "DEBIT" else -e.amount_minor for e in of_bank)
        given = (e for e in self.entries if e.use_case == IDENTIFY and e.stands and e.direction == "CREDIT")
        return max(final, came, 0) + sum(e.amount_minor for e in given if e.asset == asset)

    def receivables(self, asset: str) -> list[str]:
        """The codes of the accounts on which its own postings expect it."""
        named = (e for e in self._own if e.stands and e.kind == "ASSET" and not e.bank and e.asset == asset)
        return sorted({e.account for e in named})

    @property
    def ended(self) -> list[OrderSays]:
        """Its orders that wait for no money."""
        return [o for o in self.orders if o.state in ENDED]

    @property
    def _own(self) -> list[EntrySays]:
        return [e for e in self.entries if e.use_case != IDENTIFY]


def expected_payment(payment_id: str) -> ExpectedPayment:
    """As the planes have it now. Three short queries by index. Needs a tenant scope."""
    return ExpectedPayment(
        payment_id,
        tuple(OrderSays(r[0], r[1], int(r[2]), r[3]) for r in _run("orders", payment_id)),
        tuple(ProviderSays(r[0], r[1], _int(r[2]), _int(r[3]), r[4]) for r in _run("payments", payment_id)),
        tuple(
            EntrySays(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], int(r[8]), r[9])
            for r in _run("entries", payment_id)
        ),
    )


def _run(step: str, payment_id: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], {"payment": payment_id})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _int(value: Any) -> int | None:
    return None if value is None else int(value)
