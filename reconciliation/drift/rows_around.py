"""A case's rows and the other rows of the same references, on either side, as the database has them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from ledger.balancing import in_normal_direction
from ledger.models import Entry, LedgerTransaction
from reconciliation.bank.models import BankAccount, BankLine
from reconciliation.cases.models import CaseRow, ExceptionCase
from reconciliation.matching.models import MatchLeg
from reconciliation.matching.rows import EntryRow, LineRow
from reconciliation.matching.scope import Days, days_of

Row = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Around:
    """`own` are the case's rows as its last run saw them; `held` stand in a match, `spoken_for` beside a counterpart
    in another open case. Rows of days before the account's first settlement day are left out."""

    account: BankAccount
    days: Days
    entries: Sequence[Entry]
    lines: Sequence[BankLine]
    own: frozenset[Row]
    held: frozenset[Row]
    spoken_for: frozenset[Row]

    @property
    def sign(self) -> int:
        return 1 if self.account.ledger_account.normal_side == "DEBIT" else -1

    def signed(self, e: Entry) -> int:
        return in_normal_direction(e.direction, self.account.ledger_account.normal_side, int(e.amount_minor))  # type: ignore[arg-type]

    def entry(self, e: Entry) -> EntryRow:
        t = e.transaction
        return EntryRow(
            t.id, e.leg, t.reference_key or "", self.days.ordinal(t.effective_on), self.signed(e), t.payment_id or "",
            t.use_case, t.id, t.reverses_id,
        )  # fmt: skip

    def line(self, b: BankLine, ours: bool) -> LineRow:
        return LineRow(
            b.id, b.reference_key, self.days.ordinal(b.counts_on), self.sign * int(b.amount_minor), b.amount_minor < 0,
            b.reference_key == "", b.kind, int(b.charge_minor or 0), ours,
        )  # fmt: skip


def rows_around(case: ExceptionCase) -> Around:
    """Read the rows around a case. Needs a tenant scope."""
    own = frozenset((side, row, leg) for side, row, leg in case.evidence["rows"])
    account = BankAccount.objects.select_related("ledger_account").get(id=case.account.id)
    days = days_of(account)
    mentioned = {r[1] for r in own if r[0] == 0} | set(case.evidence["known"]) | set(case.evidence["related"])
    line_ids = {r[1] for r in own if r[0] == 1}
    texts: set[str] = set()
    for row in LedgerTransaction.objects.filter(id__in=mentioned).values_list("partner_reference", "batch_reference"):
        texts.update(t for t in row if t)
    for row in BankLine.objects.filter(id__in=line_ids).values_list("reference", "batch_reference"):
        texts.update(t for t in row if t)
    keys = {reference_form(t) for t in texts} - {""}
    # In two steps: a condition across both tables, joined by OR, would read the whole book for each entry.
    named = set(LedgerTransaction.objects.filter(reference_key__in=keys).values_list("id", flat=True))
    entries = Entry.objects.filter(
        account_id=account.ledger_account_id, transaction_id__in=mentioned | named,
        transaction__effective_on__gte=days.days[0],
    )  # fmt: skip
    lines = BankLine.objects.filter(bank_account=account, counts=True, counts_on__gte=days.days[0]).filter(
        Q(id__in=line_ids) | Q(reference_key__in=keys)
    )
    found_entries = list(entries.select_related("transaction").order_by("transaction_id", "leg"))
    found_lines = list(lines.order_by("counts_on", "id"))
    row_ids = [e.transaction_id for e in found_entries] + [b.id for b in found_lines]
    held = MatchLeg.objects.filter(side__in=[0, 1], row_id__in=row_ids).values_list("side", "row_id", "leg")
    return Around(account, days, found_entries, found_lines, own, frozenset(held), _spoken_for(case, row_ids))


def _spoken_for(case: ExceptionCase, row_ids: list[int]) -> frozenset[Row]:
    """Rows that another open case shows beside a counterpart: they differ from that one, and explain nothing here."""
    rows = CaseRow.objects.filter(side__in=[0, 1], row_id__in=row_ids).exclude(case_id=case.id)
    others = ExceptionCase.objects.filter(id__in=rows.values("case_id")).exclude(state="resolved")
    found: set[Row] = set()
    for evidence in others.values_list("evidence", flat=True):
        if len({side for side, _, _ in evidence["rows"]}) == 2:
            found.update((side, row, leg) for side, row, leg in evidence["rows"])
    return frozenset(found)


def reference_form(reference: str) -> str:
    """The form in which references are compared by default, as the database's reference_key() has it."""
    return re.sub(r"[ \-/._:#]", "", reference).upper()
