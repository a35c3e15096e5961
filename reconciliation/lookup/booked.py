"""What the book did with a payment, judged by the rule by which the matcher judges it. Pure."""

from datetime import datetime

from reconciliation.lookup.accused import ACCUSED
from reconciliation.lookup.facts import PaymentFacts, TransactionFact
from reconciliation.lookup.plane_status import PlaneStatus, main_payment, standing_of
from reconciliation.matching.planes import provider_ledger
from reconciliation.matching.planes.findings import Finding, Terms
from reconciliation.matching.planes.units import PaymentRow, PostingRow, Unit

AMOUNTS = ("over", "under")


def ledger_status(facts: PaymentFacts, at: datetime) -> PlaneStatus:
    """The status of the ledger as of `at`."""
    standing, payment = standing_of(facts), main_payment(facts)
    posted = [t for t in standing if t.status == "POSTED"]
    found = _finding(facts, posted, at)
    if posted:
        deposits = [t for t in posted if t.use_case == "deposit"]
        since = min(t.posted_at or t.recorded_at for t in deposits or posted)
        if found is not None:
            return _of_finding("Posted", found, since, _nothing_final(facts))
        says = ", ".join(dict.fromkeys(t.use_case for t in posted))
        return PlaneStatus("ledger", "Posted", "clean", "As expected", since, says)
    pending = [t for t in standing if t.status == "PENDING"]
    if pending:
        return PlaneStatus("ledger", "Pending", "info", "Not posted yet", pending[0].recorded_at, pending[-1].use_case)
    confirmed_at = payment.confirmed_at if payment is not None and payment.status == "confirmed" else None
    undone = [t for t in facts.transactions if t.reverses]
    if undone:
        since = max(t.recorded_at for t in undone)
        if found is not None:
            return _of_finding("Reversed", found, since, False)
        return PlaneStatus("ledger", "Reversed", "unknown", "Nothing stands", since)
    failed = [t for t in facts.transactions if t.status == "FAILED"]
    if failed:
        since = failed[-1].moved_at or failed[-1].recorded_at
        if found is not None:
            return _of_finding("Failed", found, since, False)
        return PlaneStatus("ledger", "Failed", "unknown", "Nothing stands", since)
    if found is not None:
        return _of_finding("Expected", found, confirmed_at, False)
    if confirmed_at is not None:
        return PlaneStatus("ledger", "Expected", "info", "Not posted yet", confirmed_at, "confirmed then")
    return PlaneStatus(
        "ledger", "Not posted", "unknown", "Nothing to post", says="nothing is posted before it is final"
    )


def _of_finding(word: str, found: Finding, since: datetime | None, unpaid: bool) -> PlaneStatus:
    _, tone, badge = ACCUSED[found.pair, found.kind]
    badge = "Not paid for" if unpaid else badge
    return PlaneStatus("ledger", word, tone, badge, since, found.reason)


def _nothing_final(facts: PaymentFacts) -> bool:
    return all(p.status in ("failed", "expired") and not p.confirmed for p in facts.payments)


def _finding(facts: PaymentFacts, posted: list[TransactionFact], at: datetime) -> Finding | None:
    """What the rule finds at usual terms. Only deposits state what a provider reported: a payment that went out has none.
    An amount that stands matched is within the tolerance in force."""
    deposits = [t for t in posted if t.use_case == "deposit"]
    if not facts.payments or (posted and not deposits) or any(t.status == "PENDING" for t in facts.transactions):
        return None
    payments = [
        PaymentRow(p.id, p.payment_ref, p.order_ref, p.status, p.flags, p.asset, "", p.detected, p.confirmed,
                   p.detected_at, p.confirmed_at, p.first_event_at, p.last_event_at, p.doubts)
        for p in facts.payments
    ]  # fmt: skip
    postings = [
        PostingRow(t.id, t.payment_id, t.amount if t.held is None else t.held, t.asset, t.posted_at or t.recorded_at)
        for t in deposits
    ]
    findings = provider_ledger.judge(Unit(payments=payments, postings=postings), Terms(at)).findings
    found = next(iter(findings), None)
    if found is not None and found.kind in AMOUNTS and all(t.agreed for t in deposits):
        return None
    return found
