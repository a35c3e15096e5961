"""Post what a run across the planes lets be recognised. A step of that run, in its transaction; every posting has a key of
its own, so that no run posts twice, and what was reversed by a correction is never posted again by rule."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import connection

from ledger.actors import Actor
from ledger.dating import dated
from ledger.models import LedgerTransaction
from ledger.periods import open_from
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.matching.planes.run_planes import PlanesFound
from reconciliation.matching.planes.units import Unit
from reconciliation.planes.check_anew import check_anew
from reconciliation.planes.held_by_rule import lay_before_checkers
from reconciliation.planes.models import RecognitionRule
from reconciliation.planes.recognition import Receipt, receipts_of, recognised
from reconciliation.postings.policy_facts import sorted_by_policy
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.postings.room import wait_for_held

RECEIPTS = """
SELECT id, txid, amount FROM (
    SELECT DISTINCT ON (p.id, e.txid) p.id, e.txid, e.amount_minor AS amount, e.type, e.occurred_at
      FROM provider_payment p
     CROSS JOIN LATERAL (SELECT * FROM provider_event WHERE tenant_id = p.tenant_id AND endpoint_id = p.endpoint_id
                            AND payment_ref = p.payment_ref AND txid <> '' AND asset = p.asset OFFSET 0) e
     WHERE p.id = ANY(%s) ORDER BY p.id, e.txid, e.occurred_at DESC, e.id DESC) last
 WHERE type <> 'reverted' AND amount IS NOT NULL ORDER BY id, occurred_at, txid
"""
STANDING = """
SELECT t.payment_id, sum(e.amount_minor) FILTER (WHERE e.direction = 'DEBIT')
  FROM ledger_transaction t JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id
 WHERE t.tenant_id = tenant() AND t.payment_id = ANY(%s) AND t.use_case = 'recognise' AND t.status <> 'FAILED'
   AND t.reverses_id IS NULL
 GROUP BY t.payment_id
"""
ENDPOINTS = "SELECT id, endpoint_id, public_id FROM provider_payment WHERE id = ANY(%s)"


def recognise(found: PlanesFound, *, actor: Actor, at: datetime) -> int:
    """Post deposits and recognitions under the rules in force; returns how many were written. Needs a tenant scope."""
    rules = _rules(at)
    if not rules:
        return 0
    units = {id(j.unit): j for j in found.judged if j.pair == "commerce-provider"}
    paid = [j for j in units.values() if any(p.confirmed for p in j.unit.payments)]
    ids = [p.id for j in paid for p in j.unit.payments]
    homes, receipts = _homes(ids), _receipts(ids)
    wait_for_held([j.unit.payment_id for j in paid])
    standing = _standing([j.unit.payment_id for j in paid])
    requests: list[PostingRequest] = []
    up_to: dict[str, int] = {}
    for j in paid:
        own = {p.id: rule for p in j.unit.payments if (rule := rules.get((homes[p.id][0], p.asset)))}
        with_money = next((own[p.id] for p in j.unit.payments if p.confirmed and p.id in own), None)
        if with_money is None:
            continue
        deposits = _deposits(j.unit, own, receipts_of(j.unit, receipts), homes)
        done, target = standing.get(j.unit.payment_id, 0), recognised(j.unit, j.judged)
        recognition = _recognition(j.unit, with_money, target, done, at)
        up_to |= dict.fromkeys((r.key for r in deposits), sum(p.confirmed or 0 for p in j.unit.payments))
        up_to |= dict.fromkeys((r.key for r in recognition), target)
        requests += deposits + recognition
    known = set(LedgerTransaction.objects.filter(
        idempotency_key__in=[r.key for r in requests]
    ).values_list("idempotency_key", flat=True))  # fmt: skip
    # One that a correction reversed is not posted again.
    requests = _in_open_books([r for r in requests if r.key not in known], open_from())
    requests, waiting = sorted_by_policy(requests, actor=actor, at=at)
    lay_before_checkers(waiting, up_to, actor=actor, at=at)
    if not requests:
        return 0
    made = [p for p in post_transactions(requests, actor=actor, at=at, day_of=settlement_day) if p.created]
    if made:
        check_anew([p.id for p in made], at=at)
    return len(made)


def _in_open_books(requests: Sequence[PostingRequest], first: date | None) -> list[PostingRequest]:
    """What was confirmed on a day in closed books, dated on the first open one. One query has read `first`."""
    days = [(r, dated(r.effective_on, first)) for r in requests if r.effective_on]
    return [replace(r, effective_on=d.effective_on, adjusts_on=d.adjusts_on) for r, d in days]


def _deposits(
    unit: Unit, rules: dict[int, RecognitionRule], receipts: Sequence[Receipt], homes: dict[int, tuple[int, str]]
) -> list[PostingRequest]:
    """What the book does not hold yet of the confirmed receipts, whoever posted the rest; each by the rule of the endpoint
    that its payment came in by, none without one."""
    confirmed_at = {p.id: p.confirmed_at or p.last_event_at for p in unit.payments}
    left = sum(p.confirmed or 0 for p in unit.payments) - sum(t.amount for t in unit.postings)
    made = []
    for receipt in reversed(receipts):  # what is missing is what came last
        rule = rules.get(receipt.payment)
        if rule is None or receipt.amount > left:
            continue
        left -= receipt.amount
        made.append(PostingRequest(
            key=f"deposit {homes[receipt.payment][1]} {receipt.reference}", use_case="deposit", status="POSTED",
            effective_on=settlement_day([rule.hold_id], confirmed_at[receipt.payment]), payment_id=unit.payment_id,
            partner_reference=receipt.reference, metadata={"rule": rule.id},
            entries=[
                RequestedEntry(rule.hold.code, "DEBIT", receipt.amount),
                RequestedEntry(rule.unapplied.code, "CREDIT", receipt.amount),
            ],
        ))  # fmt: skip
    return made[::-1]


def _recognition(unit: Unit, rule: RecognitionRule, target: int, standing: int, at: datetime) -> list[PostingRequest]:
    if target <= standing:
        return []
    order = unit.orders[0]
    return [PostingRequest(
        key=f"recognise {order.order_ref} {target}", use_case="recognise", status="POSTED",
        effective_on=settlement_day([rule.unapplied_id], max(p.confirmed_at or at for p in unit.payments)),
        payment_id=unit.payment_id, metadata={"order_ref": order.order_ref, "rule": rule.id},
        entries=[
            RequestedEntry(rule.unapplied.code, "DEBIT", target - standing),
            RequestedEntry(rule.receivable.code, "CREDIT", target - standing),
        ],
    )]  # fmt: skip


def _rules(at: datetime) -> dict[tuple[int, str], RecognitionRule]:
    rows = RecognitionRule.objects.filter(active_from__lte=at).order_by("active_from", "id")
    return {(r.endpoint_id, r.asset): r for r in rows.select_related("hold", "unapplied", "receivable")}


def _homes(ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(ENDPOINTS, [list(ids)])
        return {id_: (endpoint, str(public)) for id_, endpoint, public in cursor.fetchall()}


def _receipts(ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS, [list(ids)])
        for id_, txid, amount in cursor.fetchall():
            found[id_].append((txid, int(amount)))
    return found


def _standing(payment_ids: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [list(payment_ids)])
        return {payment: int(amount or 0) for payment, amount in cursor.fetchall()}
