"""Reads what stands around a case: its rows, the other rows of the same references, and what is alike beside it.
Reads only; it sees the case as its last run did, so that diagnosis and case speak of the same as-of."""

from collections.abc import Sequence
from datetime import date

from ledger.models import Entry, LedgerTransaction
from reconciliation.bank.read_coverage import coverage_of
from reconciliation.cases.models import ExceptionCase
from reconciliation.drift.alike import lookalikes, more_unconfirmed, same_code, same_sign_error
from reconciliation.drift.rows_around import Around, reference_form, rows_around
from reconciliation.drift.signs import Facts
from reconciliation.matching.models import CountedShift, MatchRun
from reconciliation.matching.rows import EntryRow, Known, KnownRow


def read_facts(case: ExceptionCase) -> Facts:
    """The facts of a case for `diagnose`. Needs a tenant scope; a dozen short queries."""
    around = rows_around(case)
    own, held, spoken_for = around.own, around.held, around.spoken_for
    payments = _payments(around)
    own_entries = [around.entry(e) for e in around.entries if (0, e.transaction_id, e.leg) in own]
    own_lines = [around.line(b, b.reference_key in payments) for b in around.lines if (1, b.id, 0) in own]
    others = [e for e in around.entries if (0, e.transaction_id, e.leg) not in own and e.transaction.status == "POSTED"]
    other_lines = [around.line(b, True) for b in around.lines if (1, b.id, 0) not in own]
    run = MatchRun.objects.get(id=case.seen_run_id)
    day, as_of = around.days.ordinal(case.day), around.days.ordinal_at(run.ledger_as_of)
    grace = around.days.grace_of(day)
    known = _known(around)
    behind_ids = set(case.evidence["known"])
    late = [
        around.entry(e) for e in others if e.transaction_id in case.evidence["related"] and case.evidence["rule"] == 7
    ]
    amount = (own_entries or own_lines)[0].signed
    return Facts(
        day=day, as_of=as_of, grace=grace, out_sign=-around.sign, contribution=int(case.contribution_minor),
        entries=tuple(own_entries), lines=tuple(own_lines),
        settled_entries=tuple(_as_counted(around, others)),
        settled_lines=tuple(x for x in other_lines if x.row in held),
        open_entries=tuple(e for e in map(around.entry, others) if e.row not in held | spoken_for),
        open_lines=tuple(x for x in other_lines if x.row not in held | spoken_for),
        known=tuple(known), behind=(*(k for k in known if k.transaction_id in behind_ids), *late),
        covered=_covered(around, day, min(day + grace, as_of), run), lookalikes=lookalikes(around, amount, day),
        same_sign_error=same_sign_error(case, own_entries), more_unconfirmed=more_unconfirmed(case),
        same_code=same_code(around),
    )  # fmt: skip


def _payments(around: Around) -> set[str]:
    """Which references of the lines are a payment of ours, by transaction or by payment id."""
    keys = {b.reference_key for b in around.lines if b.reference_key}
    texts = {b.reference for b in around.lines if b.reference}
    by_key = LedgerTransaction.objects.filter(reference_key__in=keys).values_list("reference_key", flat=True)
    by_payment = LedgerTransaction.objects.filter(payment_id__in=texts).values_list("payment_id", flat=True)
    return {k for k in by_key if k} | {reference_form(p) for p in by_payment if p}


def _known(around: Around) -> list[KnownRow]:
    """PENDING, FAILED, or reversed and not re-posted: what stands behind a reference without counting."""
    sums: dict[int, int] = {}
    for e in around.entries:
        sums[e.transaction_id] = sums.get(e.transaction_id, 0) + around.signed(e)
    gone = set(LedgerTransaction.objects.filter(reverses_id__in=sums).values_list("reverses_id", flat=True))
    again = set(LedgerTransaction.objects.filter(corrects_id__in=sums).values_list("corrects_id", flat=True))
    rows = {}
    for e in around.entries:
        t = e.transaction
        status: Known | None = "REVERSED" if t.id in gone else None if t.status == "POSTED" else t.status  # type: ignore[assignment]
        if status is not None and t.reverses_id is None and t.id not in again:
            rows[t.id] = KnownRow(t.id, t.reference_key or "", sums[t.id], status, t.payment_id or "")
    return [rows[i] for i in sorted(rows)]


def _as_counted(around: Around, others: Sequence[Entry]) -> list[EntryRow]:
    """The matched entries, in the parts and on the days on which they count."""
    held = [e for e in others if (0, e.transaction_id, e.leg) in around.held]
    shifts = CountedShift.objects.filter(transaction_id__in=[e.transaction_id for e in held])
    moved: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for tx, leg, on, signed in shifts.values_list("transaction_id", "leg", "counted_on", "signed_minor"):
        moved.setdefault((tx, leg), []).append((on, int(signed)))
    counted: list[EntryRow] = []
    for e in held:
        row, parts = around.entry(e), moved.get((e.transaction_id, e.leg), [])
        rest = row.signed - sum(signed for _, signed in parts)
        days = [(around.days.ordinal(on), signed) for on, signed in parts] + ([(row.day, rest)] if rest else [])
        counted += [
            EntryRow(
                row.transaction_id,
                row.leg,
                row.key,
                on,
                signed,
                row.payment_id,
                row.use_case,
                row.recorded,
                row.reverses,
            )
            for on, signed in days
        ]
    return counted


def _covered(around: Around, first: int, last: int, run: MatchRun) -> bool:
    wanted = [d for d in around.days.days if first <= around.days.ordinal(d) <= last]
    return all(c.state == "complete" for c in coverage_of(around.account, wanted, as_of=run.statement_as_of).values())
