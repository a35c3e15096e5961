"""Which entry a bank line without reference may be said to settle, or to be apart from. Reads only."""

from datetime import date

from ledger.dating import Dated
from ledger.models import LedgerTransaction
from reconciliation.approvals.digest import Payload
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.exact_line import require_exact_line
from reconciliation.corrections.frozen import freeze
from reconciliation.corrections.target import Target, is_ambiguous, target_of, transaction_ids
from reconciliation.errors import NoCorrection
from reconciliation.matching.models import LineIdentification, MatchLeg

JOIN, APART = "join", "apart"


def beside(case: ExceptionCase) -> list[LedgerTransaction]:
    """The lone entries' transactions of the line's day and amount, oldest first: that of the case itself, or of several the ones
    that stand in cases of their own. One or two queries."""
    if case.bank_account_id is None or case.exception_class != "reference_mismatch":
        return []
    ids = transaction_ids(case)
    if not ids and is_ambiguous(case):
        others = ExceptionCase.objects.filter(
            bank_account_id=case.bank_account_id, day=case.day, contribution_minor=-case.contribution_minor
        ).exclude(state=ExceptionCase.State.RESOLVED)
        ids = {row for other in others for side, row, _ in other.evidence["rows"] if side == 0}
    return list(LedgerTransaction.objects.filter(id__in=ids).order_by("id"))


def target_beside(case: ExceptionCase, public_id: str) -> Target:
    """The transaction with the case's line. Raises NoCorrection for one that does not stand beside it."""
    found = next((t for t in beside(case) if str(t.public_id) == public_id), None)
    if found is None:
        raise NoCorrection(f"no entry of that transaction stands alone beside the line of {case}")
    return target_of(found, case)


def frozen_joining(kind: str, target: Target, *, reason_code: str = "", note: str = "") -> Payload:
    """What a request about the pair freezes. Raises NoCorrection (several lines, another amount, said before, matched by now)."""
    require_exact_line(target)
    t, line = target.transaction, target.lines[0]
    if LedgerTransaction.objects.filter(reverses_id=t.id).exists() or t.reverses_id is not None or t.status != "POSTED":
        raise NoCorrection(f"{t} does not stand as it was posted")
    if MatchLeg.objects.filter(side=0, row_id=t.id, match__bank_account_id=line.bank_account_id).exists():
        raise NoCorrection(f"{t} is matched with another line")
    if said_of(line.id, t.id):
        raise NoCorrection(f"it was said already whether {t} and the line belong together")
    day: date = line.counts_on
    return freeze(kind, target, on=Dated(day), reason_code=reason_code, note=note) | {
        "bank_account_id": line.bank_account_id, "together": kind == JOIN,
    }  # fmt: skip


def said_of(line_id: int, transaction_id: int) -> bool:
    """Whether the line is joined with anything, or was said of this very pair."""
    found = LineIdentification.objects.filter(line_id=line_id)
    return any(i.together or i.transaction_id == transaction_id for i in found)
