"""A receipt and the payment that it may belong to, side by side: on the receipt's own page, and before a checker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.display import money
from ledger.assets import EXPONENTS
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.receipt_fits import refused, warnings
from reconciliation.lookup.facts import PaymentFacts
from reconciliation.lookup.plane_status import PlaneStatus
from reconciliation.lookup.read_payment import read_payment
from reconciliation.lookup.statuses import planes_of
from reconciliation.planes.expected_payment import ExpectedPayment, expected_payment

HEAD = ("Expected and received", "The payment", "This receipt")


@dataclass(frozen=True, slots=True)
class Beside:
    """`rows`: [{label, before: of the payment, after: of the receipt}]; `refused`: why it can never be, "" where it may."""

    expected: ExpectedPayment
    rows: list[dict[str, str]]
    planes: Sequence[PlaneStatus]
    refused: str
    warnings: list[str]

    @property
    def against(self) -> bool:
        return bool(self.warnings)


def beside_payment(amount_minor: int, currency: str, payment_id: str, facts: PaymentFacts, at: datetime) -> Beside:
    """As everything stands at `at`. Three short queries."""
    expected = expected_payment(payment_id)
    why = refused(expected, currency)
    return Beside(
        expected, _rows(expected, amount_minor, currency), planes_of(facts, at), why,
        [] if why else warnings(expected, amount_minor, currency),
    )  # fmt: skip


def before_the_checker(r: ApprovalRequest, at: datetime) -> dict[str, Any]:
    """What an identification that waits shows above its entries, as templates/approvals/parts/decision.html takes it."""
    p = r.payload
    beside = beside_payment(int(p["amount_minor"]), p["currency"], p["payment_id"], read_payment(p["payment_id"]), at)
    states = [{"label": x.plane.capitalize(), "before": f"{x.word}: {x.badge}", "after": ""} for x in beside.planes]
    against = "; ".join(beside.warnings)
    return {
        "facts": beside.rows + states, "facts_head": HEAD,
        "warning": f"Look twice: {against}." if against else "",
        "warning_text": "The maker's note has to say how they know. Nothing in the planes does." if against else "",
    }  # fmt: skip


def _rows(expected: ExpectedPayment, amount_minor: int, currency: str) -> list[dict[str, str]]:
    assets = [currency] if currency in expected.assets or not expected.assets else expected.assets
    asked = [f"{_said(expected.amount(a), a)}" for a in assets]
    came = [_said(expected.received(a), a) for a in assets]
    return [
        {"label": "Amount", "before": ", ".join(asked), "after": _said(amount_minor, currency)},
        {"label": "Received before", "before": ", ".join(came), "after": ""},
        {"label": "Currency", "before": ", ".join(expected.assets) or "no plane says", "after": currency},
        {"label": "Direction", "before": "goes out" if expected.goes_out else "comes in", "after": "came in"},
        {"label": "Expected on", "before": ", ".join(expected.receivables(currency)) or "no posting names an account",
         "after": ""},
    ]  # fmt: skip


def _said(minor: int | None, asset: str) -> str:
    return "no plane says" if minor is None else f"{money(minor, EXPONENTS[asset])} {asset}"
