"""Provider ↔ ledger: what the provider confirmed against what the book posted. Pure. Difference = posted − confirmed.

A posting before the provider's Confirmed is an illegal transition even where the amounts agree, until it is reversed.
"""

from reconciliation.matching.planes.findings import Finding, Judged, Pair, Terms
from reconciliation.matching.planes.units import PAYMENT, POSTING, PostingRow, Unit

PAIR: Pair = "provider-ledger"


def judge(unit: Unit, terms: Terms) -> Judged:
    """The first rule that fits decides."""
    standing = _standing(unit)
    confirmed = sum(p.confirmed or 0 for p in unit.payments)
    posted = sum(t.amount for t in unit.postings)
    difference = posted - confirmed
    if not unit.payments:
        return _without_payment(unit, terms, posted)
    assets = {t.asset for t in standing} | {p.asset for p in unit.payments if p.confirmed}
    if standing and len(assets) > 1:
        words = f"posted in {standing[0].asset}, confirmed in {', '.join(sorted(assets - {standing[0].asset}))}"
        return _open(unit, "rail_or_asset_mismatch", "asset", words, 0)
    early = [t for t in standing if _before_confirmed(unit, t)]
    if early:
        return _open(unit, "illegal_transition", "posted_early", "posted before the provider's Confirmed", difference)
    if difference == 0:
        return Judged("matched" if posted else "none", 0)
    if difference < 0 and _not_due(unit, terms):
        return Judged("expected", difference, because="confirmed, its posting is not due yet")
    if not standing:
        return _open(unit, "missing_counterpart", "unposted", "confirmed by the provider, never posted", difference)
    if abs(difference) <= terms.tolerance.get(next(iter(assets), ""), 0):
        return Judged("matched", difference)
    if _repeated(standing, confirmed):
        return _open(unit, "duplicate_observation", "posted_twice", f"posted {len(standing)} times", difference)
    words = f"amount mismatch: confirmed {confirmed}, posted {posted}"
    return _open(unit, "amount_mismatch", "over" if difference > 0 else "under", words, difference)


def _standing(unit: Unit) -> list[PostingRow]:
    """Postings that are neither reversed nor reversals."""
    reversed_ids = {t.reverses for t in unit.postings if t.reverses is not None}
    return [t for t in unit.postings if t.reverses is None and t.id not in reversed_ids]


def _before_confirmed(unit: Unit, posting: PostingRow) -> bool:
    times = [p.confirmed_at for p in unit.payments if p.confirmed_at is not None]
    held = any(p.status == "expired" and "late" in p.flags and p.confirmed for p in unit.payments)
    return posting.posted_at < min(times) if times else not held


def _repeated(standing: list[PostingRow], confirmed: int) -> bool:
    return len(standing) > 1 and confirmed > 0 and all(t.amount == confirmed for t in standing)


def _not_due(unit: Unit, terms: Terms) -> bool:
    """Whether the last that was confirmed is younger than the time a posting may take."""
    since = [p.confirmed_at or p.last_event_at for p in unit.payments if p.confirmed]
    return bool(since) and terms.at - max(since) <= terms.post_within


def _without_payment(unit: Unit, terms: Terms, posted: int) -> Judged:
    standing = _standing(unit)
    if not standing:
        return Judged("none", posted)
    if terms.at - min(t.posted_at for t in standing) <= terms.post_within:
        return Judged("expected", posted, because="its provider has not reported yet")
    return _open(unit, "missing_counterpart", "no_payment", "posted, and no provider reported such a payment", posted)


def _open(unit: Unit, exception_class: str, kind: str, reason: str, difference: int) -> Judged:
    asset = next((t.asset for t in unit.postings), "") or next((p.asset for p in unit.payments if p.asset), "")
    rows = tuple((PAYMENT, p.id) for p in unit.payments) + tuple((POSTING, t.id) for t in unit.postings)
    return Judged("open", difference, (Finding(PAIR, exception_class, kind, difference, asset, reason, rows),))
