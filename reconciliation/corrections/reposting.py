"""What a posting anew would write: a transaction that does not count, on the day of the one line that settled it, as it was or at
that line's amount; a PENDING one of another amount fails with it. One that stands at another amount than its line is reversed and
posted at the line's, both on its own day."""

from dataclasses import dataclass

from ledger.balancing import OPPOSITE
from ledger.dating import Dated, dated
from ledger.errors import AlreadyReposted
from ledger.models import LedgerTransaction
from ledger.money import spoken
from ledger.periods import open_from
from reconciliation.approvals.digest import Payload
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.exact_line import require_exact_line, signed_amounts
from reconciliation.corrections.frozen import freeze
from reconciliation.corrections.target import Target
from reconciliation.errors import NoCorrection
from reconciliation.postings.frozen_entries import frozen_entries, moved

FAILED, PENDING = LedgerTransaction.Status.FAILED, LedgerTransaction.Status.PENDING


@dataclass(frozen=True, slots=True)
class Repost:
    """`anew` are the entries as they will stand; `undone` those of the reversal before it, none where nothing stands; `fails`: the
    original is PENDING, and fails before it is posted anew."""

    target: Target
    on: Dated
    anew: tuple[Payload, ...]
    undone: tuple[Payload, ...]
    reason_code: str
    fails: bool = False

    @property
    def key(self) -> str:
        """Of the original: what stands under it has posted it anew."""
        return f"correction of {self.target.transaction.public_id}"

    @property
    def weighed(self) -> tuple[int, str]:
        """What policy weighs, in minor units: the larger of what the original says and what is posted."""
        anew, asset = moved(self.anew)
        return max(anew, moved(frozen_entries(self.target.entries))[0]), asset

    def frozen(self, *, reason_code: str = "", note: str = "") -> Payload:
        """The payload of the request."""
        t, (amount, asset) = self.target.transaction, self.weighed
        return freeze("repost", self.target, on=self.on, reason_code=reason_code, note=note) | {
            "entries": list(self.anew), "undone": list(self.undone), "fails": self.fails, "key": self.key, "use_case": t.use_case,
            "partner_reference": t.partner_reference, "amount_minor": str(amount), "currency": asset,
        }  # fmt: skip


def repost_of(target: Target) -> Repost:
    """Three queries. Raises NoCorrection (a reversal, PENDING at the line's own amount, several lines, and of another amount:
    the other direction, charge detail, more than two entries), AlreadyReposted."""
    t, case = target.transaction, target.case
    if t.reverses_id is not None:
        raise NoCorrection(f"{t} is itself a reversal; its original is posted anew")
    if again := LedgerTransaction.objects.filter(corrects_id=t.id).first():
        raise AlreadyReposted(f"{t} was posted anew as {again}, effective {again.effective_on}")
    if case is None or case.bank_account is None or target.line_on is None:
        raise NoCorrection(f"{case or 'no case'} does not show one bank line that settled {t}")
    own = {row for side, row, _ in case.evidence["rows"] if side == 0}
    reversed_ = LedgerTransaction.objects.filter(reverses_id=t.id).exists()
    if t.status not in (PENDING, FAILED) and not reversed_:
        return _at_the_line_s_amount(target, case, own)
    if own:
        raise NoCorrection(f"{case} shows postings that stand; {t} is not one of them")
    on = dated(target.line_on, open_from())
    if case.exception_class == "amount_mismatch":
        return Repost(target, on, _anew(target, case), (), "WRONG_AMOUNT", t.status == PENDING)
    if t.status == PENDING:
        raise NoCorrection(f"{t} is PENDING: the line of its very amount confirms it")
    require_exact_line(target)
    return Repost(
        target, on, tuple(frozen_entries(target.entries)), (), "REVERSED_HERE" if reversed_ else "FAILED_HERE"
    )


def _at_the_line_s_amount(target: Target, case: ExceptionCase, own: set[int]) -> Repost:
    t = target.transaction
    if case.exception_class != "amount_mismatch" or t.id not in own:
        raise NoCorrection(f"{t} is POSTED and stands; it is posted anew once it is reversed")
    if len(own) != 1:
        raise NoCorrection(f"{case} shows {len(own)} postings: how the other amount splits, people say")
    anew = _anew(target, case)
    undone = tuple(e | {"direction": OPPOSITE[e["direction"]]} for e in frozen_entries(target.entries))
    # A wrong amount is an error: it is put right on the original's own day.
    return Repost(target, dated(t.effective_on, open_from()), anew, undone, "WRONG_AMOUNT")


def _anew(target: Target, case: ExceptionCase) -> tuple[Payload, ...]:
    """Its two entries at the amount of the line."""
    if len(target.entries) != 2:
        raise NoCorrection(
            f"{target.transaction} has {len(target.entries)} entries in {case}: how the other amount splits, people say"
        )
    if target.lines[0].charge_minor:
        raise NoCorrection("the bank's line has charge detail: the charge is booked, the amount stays")
    posted, settled = signed_amounts(target, case)
    if posted * settled <= 0 or posted == settled:
        asset = case.currency
        raise NoCorrection(
            f"ledger {spoken(posted, asset)}, bank {spoken(settled, asset)}: no other amount puts it right"
        )
    return tuple(e | {"amount_minor": str(abs(settled))} for e in frozen_entries(target.entries))
