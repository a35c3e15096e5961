"""The looks of the runbook at what feeds us: callbacks, polls, our own work, and what the other planes say of the payment."""

from datetime import datetime, timedelta

from reconciliation.cases.models import ExceptionCase
from reconciliation.lookup.read_payment import read_payment
from reconciliation.outbox_models import OutboxItem
from reconciliation.oversight.runbook.seen import Cell, Minor, Ref, Seen, table
from reconciliation.provider.endpoint_pages import KnownEndpoint, known_endpoints

SILENT = timedelta(hours=24)
LATE = timedelta(minutes=5)


def callbacks(case: ExceptionCase, at: datetime) -> Seen:
    """Of every open endpoint: when it was heard last, what did not verify, how old its key is, and when it was asked."""
    known = [k for k in known_endpoints(at) if k.endpoint.ended_at is None]
    if not known:
        return Seen("unknown", "No endpoint is open: no callback can reach us.")
    rows: list[tuple[Cell, ...]] = [
        (Ref(k.endpoint.name, "settings-endpoints"), k.health.last_at, k.health.good_at, k.health.mismatched, _key_age(k, at),
         k.poll.asked_at if k.poll else None, (k.poll.error or "answered") if k.poll else "never asked")
        for k in known
    ]  # fmt: skip
    troubled = [k.endpoint.name for k in known if _trouble(k, at)]
    heads = ("Endpoint", "Heard", "Verified", "Wrong signatures, 24 h", "Key age", "Polled", "Its answer")
    if not troubled:
        return table("fine", "Every endpoint was heard and verified within 24 hours.", heads, rows)
    return table("found", f"To look at: {', '.join(troubled[:5])}.", heads, rows)


def _key_age(k: KnownEndpoint, at: datetime) -> str:
    added = [key.added_at for key in k.keys if key.ended_at is None]
    return f"{(at - max(added)).days} days" if added else "no key"


def _trouble(k: KnownEndpoint, at: datetime) -> bool:
    silent = k.health.good_at is None or at - k.health.good_at > SILENT
    return silent or k.health.mismatched > 0 or bool(k.poll and k.poll.error)


def payment(case: ExceptionCase, at: datetime) -> Seen:
    """Orders, provider and transactions of the payment."""
    if not case.payment_id:
        return Seen("unknown", "The case names no payment.")
    facts = read_payment(case.payment_id)
    rows: list[tuple[Cell, ...]] = [
        ("Commerce", o.order_ref, o.state, Minor(o.expected, o.asset, difference=False), o.recorded_at)
        for o in facts.orders
    ]
    rows += [("Provider", p.payment_ref, ", ".join((p.status, *p.flags)),
              Minor(p.confirmed or p.detected or 0, p.asset, difference=False) if p.asset else None, p.last_event_at)
             for p in facts.payments]  # fmt: skip
    rows += [
        ("Ledger", t.use_case or "transaction", t.status, Minor(t.amount, t.asset, difference=False), t.recorded_at)
        for t in facts.transactions
    ]
    if not rows:
        return Seen("found", "No plane knows the payment.")
    heads = ("Plane", "Known as", "State", "Amount", "Last moved")
    planes = len({row[0] for row in rows})
    says = f"{case.payment_id} stands on {planes} plane{'s' * (planes > 1)} beside the bank."
    return table("found", says, heads, rows)


def work(case: ExceptionCase, at: datetime) -> Seen:
    """Jobs that are overdue by five minutes or were given up after their last try."""
    late = OutboxItem.objects.filter(state="waiting", due_at__lt=at - LATE).order_by("due_at")
    dead = OutboxItem.objects.filter(state="dead").order_by("-id")
    rows: list[tuple[Cell, ...]] = [
        (i.kind, "waits" if i.state == "waiting" else "given up", i.attempts, i.due_at, i.last_error[:160])
        for i in [*dead[:20], *late[:20]]
    ]
    if not rows:
        return Seen("fine", "Nothing is overdue and nothing was given up.")
    heads = ("Work", "State", "Tries", "Due", "Last error")
    return table("found", "Work of ours waits too long or was given up.", heads, rows)
