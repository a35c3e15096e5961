"""What the pages and the API show of orders: the list, newest first, and one order with the moves of its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from ledger.keyset import SIZE, Page, Place, cut
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.commerce.find_order import find_order
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.errors import NotFound
from reconciliation.people.models import User

SEARCHED = ("order_ref", "payment_id", "merchant_reference")
LAST = "\U0010ffff"  # behind every text that begins with the same letters, byte by byte


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order, its moves, newest first, each with its decision, and the names of the people who made them. `asked`: of a move that
    others approved, by its decision, the request's number and who asked."""

    order: Order
    moves: list[OrderMove]
    names: dict[str, str]
    asked: dict[int, tuple[int, str]]


def orders(place: Place, *, state: str = "", sought: str = "", size: int = SIZE) -> Page[Order]:
    """Orders by the time they were placed, newest first. `sought` begins an order's reference, payment id or merchant
    reference. Two queries at most. Raises NotFound when the place is none."""
    rows = _sought(Order.objects.all(), sought)
    if state:
        rows = rows.filter(state=state)
    if place.mark:
        placed_at, at = _position(place.mark)
        further, same = ("gt", "gte") if place.backwards else ("lt", "lte")
        rows = rows.filter(
            Q(**{f"placed_at__{further}": placed_at}) | Q(placed_at=placed_at, **{f"id__{further}": at}),
            **{f"placed_at__{same}": placed_at},
        )
    order = ("placed_at", "id") if place.backwards else ("-placed_at", "-id")
    return cut(list(rows.order_by(*order)[: size + 1]), place, size)


def moves_of(order: Order) -> list[OrderMove]:
    """The order's moves, newest first. One query."""
    return list(order.moves.select_related("decision").order_by("-id"))


def whole_order(ref: str) -> WholeOrder:
    """One order with all that its page tells. Two queries, four where a person moved it. Raises
    NotFound."""
    order = find_order(ref)
    moves = moves_of(order)
    return WholeOrder(order, moves, _names(moves), _asked(order, moves))


def _asked(order: Order, moves: Sequence[OrderMove]) -> dict[int, tuple[int, str]]:
    decided = [move.decision_id for move in moves if move.source == "operator"]
    if not decided:
        return {}
    found = ApprovalRequest.objects.filter(subject=order.order_ref, decision_id__in=decided, quorum__gt=0)
    return {d: (n, by) for d, n, by in found.values_list("decision_id", "number", "made_by_label")}


def _names(moves: Sequence[OrderMove]) -> dict[str, str]:
    emails = {move.actor for move in moves if move.source == "operator"}
    if not emails:
        return {}
    return dict(User.objects.filter(email__in=emails).values_list("email", "person__name"))


def _sought(rows: QuerySet[Order], text: str) -> QuerySet[Order]:
    if not text:
        return rows
    begins = Q()
    for name in SEARCHED:
        begins |= Q(**{f"{name}__gte": text, f"{name}__lt": text + LAST})
    return rows.filter(begins)


def _position(mark: str) -> tuple[object, int]:
    try:
        found = Order.objects.filter(public_id=UUID(mark)).values_list("placed_at", "id").first()
    except ValueError:
        found = None  # a place that nobody gave
    if found is None:
        raise NotFound(f"no order stands at {mark!r:.60}")
    return found
