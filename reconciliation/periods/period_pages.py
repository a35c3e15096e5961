"""What the pages of periods read: the list with its moves, and one period with its checklist."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from ledger.models import Period, PeriodMove
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.periods import close_kind, reopen_kind
from reconciliation.periods.asked_period import period_from
from reconciliation.periods.balances import Balance, balances, thawed
from reconciliation.periods.checklist import Checklist
from reconciliation.periods.figures import checklist_of

LISTED = 36
READ_NOW = 3  # open periods whose exceptions are counted for the list; the others show theirs on their own page


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """`moves`: oldest first; `found`: exceptions at its ends, as it was closed or as they stand; None where not counted."""

    period: Period
    moves: tuple[PeriodMove, ...]
    found: tuple[Balance, ...] | None
    begun: bool

    @property
    def closed_by(self) -> PeriodMove | None:
        """The move that closed it, None while it is open."""
        last = self.moves[-1] if self.moves else None
        return last if last and last.to_state == Period.State.CLOSED else None

    @property
    def times_reopened(self) -> int:
        return sum(m.to_state == Period.State.REOPENED for m in self.moves)


@dataclass(frozen=True, slots=True)
class WholePeriod:
    """`now`: its checklist as it stands; `waiting`: the request about it that is open."""

    line: PeriodLine
    now: Checklist
    waiting: ApprovalRequest | None
    open_from: date | None


def period_lines(*, at: datetime) -> list[PeriodLine]:
    """The newest periods that have begun, and the next one; newest first. Two queries, and one for each of the first open ones."""
    today = at.astimezone(UTC).date()
    begun = list(Period.objects.filter(first_on__lte=today).order_by("-first_on")[:LISTED])
    coming = list(Period.objects.filter(first_on__gt=today).order_by("first_on")[:1])
    moves = _moves([p.id for p in begun])
    left = READ_NOW
    found = []
    for period in reversed(begun):
        counted = period.state != Period.State.CLOSED and left > 0
        left -= counted
        found.append(_line(period, moves.get(period.id, []), counted))
    return [PeriodLine(p, (), None, False) for p in coming] + found[::-1]


def whole_period(first_on: date, *, at: datetime) -> WholePeriod:
    """One period. Raises NotFound."""
    period = period_from(first_on)
    line = _line(period, _moves([period.id]).get(period.id, []), False, begun=first_on <= at.astimezone(UTC).date())
    asked = ApprovalRequest.objects.filter(
        kind__in=(close_kind.KIND, reopen_kind.KIND), subject=first_on.isoformat(), state=ApprovalRequest.State.OPEN
    ).first()
    last = (
        Period.objects.filter(state=Period.State.CLOSED)
        .order_by("-until_on")
        .values_list("until_on", flat=True)
        .first()
    )
    return WholePeriod(line, checklist_of(period, at=at), asked, last)


def _moves(ids: list[int]) -> dict[int, list[PeriodMove]]:
    found: dict[int, list[PeriodMove]] = {}
    for move in PeriodMove.objects.filter(period_id__in=ids).order_by("id"):
        found.setdefault(move.period_id, []).append(move)
    return found


def _line(period: Period, moves: list[PeriodMove], counted: bool, *, begun: bool = True) -> PeriodLine:
    stands = None
    if period.state == Period.State.CLOSED and moves:
        stands = tuple(thawed(b) for b in moves[-1].checklist.get("balances", []))
    elif counted:
        stands = tuple(balances(period.first_on, period.until_on))
    return PeriodLine(period, tuple(moves), stands, begun)
