"""A past to replay: a shop whose core posts by hand, and drafts of checkpoints."""

from datetime import timedelta
from typing import Any

from ledger.tenancy import tenant
from reconciliation.backtest.models import Backtest
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.checkpoints import checkpoint
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.planes.shop import NOON, Shop

POSTINGS = ["posting.post", "posting.plan", "posting.repost"]
EARLY = checkpoint(
    {
        "moves": POSTINGS, "when": {"provider_state": ["pending", "paid", "expired", "failed"]}, "outcome": "forbidden",
        "reason": "Posting before Confirmed is forbidden.",
    },
    key="posted-before-confirmed",
)  # fmt: skip
WEEKS = timedelta(days=28)


def forbids(*use_cases: str, key: str = "trial-checkpoint") -> dict[str, Any]:
    clause = {
        "moves": ["posting.post"],
        "when": {"use_case": list(use_cases)},
        "outcome": "forbidden",
        "reason": "These wait for now.",
    }
    return checkpoint(clause, key=key)


class Past(Shop):
    """Nothing is posted by rule: what stands in the book was posted by `post`, one or many at once."""

    def __init__(self, tenant_id: int) -> None:
        super().__init__(tenant_id, recognises=False)

    def post(
        self, *payments: str, minute: int, amount: int = 50_000, use_case: str = "deposit", dated: bool = True
    ) -> None:
        at = NOON + timedelta(minutes=minute)
        asked = [
            PostingRequest(
                key=f"{use_case} {payment} {minute} {amount}", use_case=use_case, status="POSTED",
                effective_on=at.date() if dated else None,
                entries=[RequestedEntry("btc", "DEBIT", amount), RequestedEntry("unap", "CREDIT", amount)], payment_id=payment,
                partner_reference=f"{payment} {minute}",
            )
            for payment in payments
        ]  # fmt: skip
        with tenant(self.tenant_id):
            post_transactions(asked, actor=INTEGRATION, at=at, day_of=settlement_day)

    def backtest(self, document: dict[str, Any], **more: Any) -> dict[str, Any]:
        return dict(self.kept(document, **more).result)

    def kept(self, document: dict[str, Any], **more: Any) -> Backtest:
        span: dict[str, Any] = {
            "since": NOON - WEEKS,
            "until": NOON + timedelta(days=1),
            "at": NOON + timedelta(days=1),
            "actor": SET_UP,
        }
        with tenant(self.tenant_id):
            return run_backtest(document=document, **(span | more))
