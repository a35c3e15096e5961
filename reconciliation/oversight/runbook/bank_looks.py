"""The looks of the runbook at ledger and bank around one case. Each reads what stands now; none changes a row.
Amounts of either side count as in the drift: `Around.sign` times what the bank shows."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Sum

from ledger.transaction_ids import short_name
from reconciliation.bank.booking_accounts import counter_of, use_case_for
from reconciliation.bank.models import BankLine, BankPeriod
from reconciliation.bank.read_coverage import coverage_of
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.fitting_bookings import OF_KIND
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.rows_around import Around
from reconciliation.matching.models import MatchLeg
from reconciliation.oversight.runbook.seen import MOST_ROWS, Cell, Minor, Ref, Seen, table

LOOKED_BACK = timedelta(days=90)
STATES = {"complete": "complete", "missing": "missing", "broken": "does not add up", "partial": "in part"}


def statements(case: ExceptionCase, around: Around, at: datetime) -> Seen:
    """The statements of the case's day and of the days of its grace that are due."""
    first = around.days.ordinal(case.day)
    until = around.days.day(
        min(first + around.days.grace_of(first), around.days.first_ordinal + len(around.days.days) - 1)
    )
    due = BankPeriod.objects.filter(bank_account=around.account, day__gte=case.day, day__lte=until, due_at__lte=at)
    wanted = sorted({case.day, *due.values_list("day", flat=True)})
    covered = coverage_of(around.account, wanted, as_of=at)
    checked = set(DriftCheck.objects.filter(bank_account=around.account, day__in=wanted).values_list("day", flat=True))
    code = around.account.code
    rows: list[tuple[Cell, ...]] = [
        (Ref(str(d), "drift-check", (code, str(d))) if d in checked else d, STATES.get(covered[d].state, covered[d].state),
         covered[d].reason)
        for d in wanted
    ]  # fmt: skip
    short = [d for d in wanted if covered[d].state != "complete"]
    heads = ("Day", "Statement", "Why")
    if short:
        return table(
            "unknown", f"{len(short)} of {len(wanted)} days that are due have no complete statement.", heads, rows
        )
    return table("fine", _all_covered(len(wanted)), heads, rows)


def _all_covered(days: int) -> str:
    if days == 1:
        return "The one day through the grace that is due is covered."
    return f"Each of the {days} days through the grace that are due is covered."


def bank_lines(case: ExceptionCase, around: Around, at: datetime) -> Seen:
    """Every line of the bank under the references of the case."""
    rows: list[tuple[Cell, ...]] = [
        (b.counts_on, b.reference or "none", Minor(around.sign * int(b.amount_minor), case.currency), b.code or "none",
         "settled" if (1, b.id, 0) in around.held else "this case" if (1, b.id, 0) in around.own else "open")
        for b in around.lines
    ]  # fmt: skip
    if not rows:
        return Seen("found", "No line of any day carries its reference.")
    waits = sum(1 for row in rows if row[4] != "settled")
    says = f"{len(rows)} under its reference, {waits} without a counterpart."
    return table("found" if waits else "fine", says, ("Counts on", "Reference", "Amount", "Code", "State"), rows)


def ledger_rows(case: ExceptionCase, around: Around, at: datetime) -> Seen:
    """Every entry of the reconciled account under the references of the case."""
    rows: list[tuple[Cell, ...]] = [
        (Ref(short_name(e.transaction.public_id), "ledger-transaction", (str(e.transaction.public_id),)),
         e.transaction.use_case or "none", e.transaction.status, e.transaction.effective_on,
         Minor(around.signed(e), case.currency), "settled" if (0, e.transaction_id, e.leg) in around.held else "open")
        for e in around.entries
    ]  # fmt: skip
    if not rows:
        return Seen("found", "No transaction of ours carries its reference.")
    waits = sum(1 for e in around.entries if e.transaction.status != "POSTED")
    says = f"{len(rows)} under its reference, {waits} of them not POSTED."
    heads = ("Transaction", "Use case", "Status", "Effective", "Amount", "Bank")
    return table("found" if waits or any(row[5] == "open" for row in rows) else "fine", says, heads, rows)


def alike(case: ExceptionCase, around: Around, at: datetime) -> Seen:
    """Other open cases of the same cause and class on the tenant's accounts, by account and use case."""
    same = ExceptionCase.objects.filter(
        exception_class=case.exception_class, cause=case.cause, plane_pair=case.plane_pair
    ).exclude(state="resolved").exclude(id=case.id)  # fmt: skip
    groups = same.values("bank_account__code", "currency").annotate(
        n=Count("id"), net=Sum("contribution_minor"), first=Min("day")
    ).order_by("-n", "bank_account__code")  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (g["bank_account__code"] or "no bank account", g["n"], Minor(int(g["net"]), g["currency"]), g["first"])
        for g in groups
    ]
    count = sum(int(g["n"]) for g in groups)
    if not count:
        return Seen("fine", "No other open case is of this cause and class.")
    return table(
        "found",
        f"{count} other open case{'s' * (count > 1)} of this cause and class.",
        ("Account", "Cases", "Net", "Oldest day"),
        rows,
    )


def code(case: ExceptionCase, around: Around, at: datetime) -> Seen:
    """What the bank calls the line, how often it used the code here, and whether a booking knows where it goes."""
    own = [b for b in around.lines if (1, b.id, 0) in around.own]
    if not own:
        return Seen("unknown", "The case holds no line of the bank.")
    line = own[0]
    same = BankLine.objects.filter(
        bank_account=around.account, code=line.code, counts=True, counts_on__gt=case.day - LOOKED_BACK
    ).aggregate(n=Count("id"), total=Sum("amount_minor"))  # fmt: skip
    use_case = OF_KIND.get(line.kind, "") or use_case_for(around.account.id, line.code)
    counter = counter_of(around.account.id, use_case, line.code) if use_case else None
    rows: list[tuple[Cell, ...]] = [(
        line.code or "none", line.kind or "not known", line.narrative[:120], same["n"],
        Minor(around.sign * int(same["total"] or 0), case.currency),
        f"{counter.code} {counter.name}" if counter else "no account set",
    )]  # fmt: skip
    says = (
        f"The {line.kind} is booked on {counter.code}."
        if counter
        else f"The bank says {line.kind}; nobody has set the account it is booked on."
        if use_case
        else "No use case books this code: it is a gap of the model."
    )
    heads = ("Code", "Kind", "Narrative", "Lines in 90 days", "Their sum", "Booked on")
    return table("fine" if counter else "found", says, heads, rows)


def debits(case: ExceptionCase, around: Around, at: datetime) -> Seen:
    """Lines of the last 28 days that took money out of the account and have no counterpart."""
    found = BankLine.objects.filter(
        bank_account=around.account, counts=True, amount_minor__lt=0, counts_on__gt=case.day - timedelta(days=28)
    ).exclude(id__in=MatchLeg.objects.filter(side=1).values("row_id")).order_by("-counts_on", "-id")  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (b.counts_on, b.reference or "none", Minor(around.sign * int(b.amount_minor), case.currency),
         b.counterparty or "not named", b.narrative[:80])
        for b in found[: MOST_ROWS + 1]
    ]  # fmt: skip
    if not rows:
        return Seen("fine", "Every debit of the last 28 days has its counterpart.")
    heads = ("Counts on", "Reference", "Amount", "To", "Narrative")
    many = f"More than {MOST_ROWS} debits" if len(rows) > MOST_ROWS else f"{len(rows)} debit{'s' * (len(rows) > 1)}"
    return table("found", f"{many} without a counterpart.", heads, rows)
