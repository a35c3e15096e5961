"""What a posting anew would write: a transaction that does not count, as it was, on the day of the one line that settled it; or
one of another amount than its line, reversed and posted at the line's, both on its own day."""

from dataclasses import dataclass

from ledger.balancing import OPPOSITE
from ledger.dating import Dated, dated
from ledger.errors import AlreadyReposted
from ledger.models import LedgerTransaction
from ledger.money import spoken
from ledger.periods import open_from
from reconciliation.approvals.digest import Payload
from reconciliation.bank.models import BankLine
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.exact_line import require_exact_line, signed_amounts
from reconciliation.corrections.frozen import freeze
from reconciliation.corrections.target import Target
from reconciliation.errors import NoCorrection
from reconciliation.postings.frozen_entries import frozen_entries, moved

FAILED, PENDING = LedgerTransaction.Status.FAILED, LedgerTransaction.Status.PENDING


@dataclass(frozen=True, slots=True)
class Repost:
    """`anew` are the entries as they will stand; `undone` those of the reversal before it, none where nothing stands."""

    target: Target
    on: Dated
    anew: tuple[Payload, ...]
    undone: tuple[Payload, ...]
    reason_code: str

    @property
    def key(self) -> str:
        """Of the original: what stands under it has posted it anew."""
        return f"correction of {self.target.transaction.public_id}"

    @property
    def weighed(self) -> tuple[int, str]:
        """What policy weighs, in minor units: the larger of what is undone and what is posted."""
        anew, asset = moved(self.anew)
        return max(anew, moved(self.undone)[0] if self.undone else 0), asset

    def frozen(self, *, reason_code: str = "", note: str = "") -> Payload:
        """The payload of the request."""
        t, (amount, asset) = self.target.transaction, self.weighed
        return freeze("repost", self.target, on=self.on, reason_code=reason_code, note=note) | {
            "entries": list(self.anew), "undone": list(self.undone), "key": self.key, "use_case": t.use_case,
            "partner_reference": t.partner_reference, "amount_minor": str(amount), "currency": asset,
        }  # fmt: skip


def repost_of(target: Target) -> Repost:
    """Three queries. Raises NoCorrection (a reversal, PENDING, several lines, another amount than the line's where it is posted
    as it was, charge detail, more than two entries), AlreadyReposted."""
    t, case = target.transaction, target.case
    if t.reverses_id is not None:
        raise NoCorrection(f"{t} is itself a reversal; its original is posted anew")
    if t.status == PENDING:
        raise NoCorrection(f"{t} is PENDING: it is confirmed, or fails, before it is posted anew")
    if again := LedgerTransaction.objects.filter(corrects_id=t.id).first():
        raise AlreadyReposted(f"{t} was posted anew as {again}, effective {again.effective_on}")
    if case is None or case.bank_account is None or target.line_on is None:
        raise NoCorrection(f"{case or 'no case'} does not show one bank line that settled {t}")
    own = {row for side, row, _ in case.evidence["rows"] if side == 0}
    reversed_ = LedgerTransaction.objects.filter(reverses_id=t.id).exists()
    if t.status != FAILED and not reversed_:
        return _at_the_line_s_amount(target, case, target.lines[0], own)
    if own:
        raise NoCorrection(f"{case} shows postings that stand; {t} is not one of them")
    require_exact_line(target)
    on = dated(target.line_on, open_from())
    return Repost(
        target, on, tuple(frozen_entries(target.entries)), (), "REVERSED_HERE" if reversed_ else "FAILED_HERE"
    )


def _at_the_line_s_amount(target: Target, case: ExceptionCase, line: BankLine, own: set[int]) -> Repost:
    t = target.transaction
    if case.exception_class != "amount_mismatch" or t.id not in own:
        raise NoCorrection(f"{t} is POSTED and stands; it is posted anew once it is reversed")
    if len(own) != 1 or len(target.entries) != 2:
        raise NoCorrection(f"{t} has {len(target.entries)} entries in {case}: how the other amount splits, people say")
    if line.charge_minor:
        raise NoCorrection("the bank's line has charge detail: the charge is booked, the amount stays")
    posted, settled = signed_amounts(target, case)
    if posted * settled <= 0 or posted == settled:
        asset = case.currency
        raise NoCorrection(
            f"ledger {spoken(posted, asset)}, bank {spoken(settled, asset)}: no other amount puts it right"
        )
    anew = tuple(e | {"amount_minor": str(abs(settled))} for e in frozen_entries(target.entries))
    undone = tuple(e | {"direction": OPPOSITE[e["direction"]]} for e in frozen_entries(target.entries))
    # A wrong amount is an error: it is put right on the original's own day.
    return Repost(target, dated(t.effective_on, open_from()), anew, undone, "WRONG_AMOUNT")
