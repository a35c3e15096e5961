"""What the bank did with a payment. Pure. What came back is not settled."""

from datetime import datetime

from reconciliation.lookup.facts import LineFact, PaymentFacts
from reconciliation.lookup.plane_status import PlaneStatus, standing_of


def bank_status(facts: PaymentFacts, at: datetime) -> PlaneStatus:
    """The status of the bank as of `at`."""
    if facts.lines:
        line = facts.lines[-1]
        says = f"{line.bank}, {line.reference}"[:80]
        if returned(facts):
            return PlaneStatus("bank", "Returned", "drift", "Came back", line.imported_at, says)
        return PlaneStatus("bank", "Settled", "clean", "On the statement", line.imported_at, says)
    shown = [x for x in facts.uncounted if seen_intraday(x, at)]
    open_ones = [t for t in standing_of(facts) if t.bank and not t.matched and t.due_at is not None]
    due = max((t.due_at for t in open_ones if t.due_at), default=None)
    if shown and (due is None or due > at):
        says = f"{shown[-1].bank}, {shown[-1].reference}"[:60]
        return PlaneStatus(
            "bank", "Expected", "info", "Seen intraday", shown[-1].imported_at, f"{says}, not booked yet"
        )
    if due is not None:
        if due > at:
            return PlaneStatus("bank", "Expected", "info", "Not due yet", due, "missing only after that")
        return PlaneStatus("bank", "Expected", "warn", "Overdue", due, "its statement was due then")
    return PlaneStatus(
        "bank", "No line", "unknown", "None expected yet", says="nothing that a bank would settle is posted"
    )


def seen_intraday(line: LineFact, at: datetime) -> bool:
    """Whether a report of the day so far shows it and that day is not over."""
    return line.intraday and line.status == "PDNG" and (line.day_ends_at is None or line.day_ends_at > at)


def returned(facts: PaymentFacts) -> bool:
    """Whether lines in both directions net out, and the book has not as many postings of its own for them: a deposit and
    its refund net out as well, and both are settled."""
    nets = {(x.bank, x.asset): 0 for x in facts.lines}
    for line in facts.lines:
        nets[line.bank, line.asset] += line.amount
    both = any(x.amount < 0 for x in facts.lines) and any(x.amount > 0 for x in facts.lines)
    own = sum(bool(t.bank) and t.status == "POSTED" for t in standing_of(facts))
    return both and not any(nets.values()) and own < len(facts.lines)
