"""How far a run's gaps are corrected: each one's state, what it was tied to, and the value recovered. Reads only; a fixed number
of queries, however many gaps a run has."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.commerce.models import Order
from reconciliation.errors import NotFound
from reconciliation.named_sql import read_steps
from reconciliation.people.models import User
from reconciliation.recovery.runs.models import RecoveryGap, RecoveryRun

SQL = read_steps(__file__, "correcting.sql")
SETTLED = frozenset({"accepted", "corrected"})


@dataclass(frozen=True, slots=True)
class GapState:
    """`state` is open, asked (a request waits), look (carried out, not looked at since), remains (looked at, `says` what is left),
    corrected or accepted. `requests`: number, kind, title, state. `value_minor` is signed, in minor units of `asset`."""

    id: int
    number: int
    payment_id: str
    payment_ref: str
    order_ref: str
    reason: str
    kind: str
    asset: str
    value_minor: int
    since_at: datetime
    exception_class: str
    state: str
    says: str
    requests: Sequence[tuple[int, str, str, str]]
    asked: int | None
    because: str | None
    asked_by: str | None
    accepted_by: str | None
    accepted_at: datetime | None

    def __str__(self) -> str:
        return f"G-{self.number}"


@dataclass(frozen=True, slots=True)
class StateFigure:
    """How many gaps of one currency are in a state, and what they are worth without their signs."""

    state: str
    asset: str
    gaps: int
    value: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A correction of the gap's payment that was asked for since the run was opened, and is not tied to the gap yet."""

    number: int
    title: str
    state: str
    made_by: str


@dataclass(frozen=True, slots=True)
class AtHand:
    """One gap with what may correct it: requests to tie, its order, the open cases of its payment (number, pair of planes)."""

    gap: GapState
    offers: list[Offer]
    order: Order | None
    cases: list[tuple[int, str]]


def figures_of(run: RecoveryRun) -> list[StateFigure]:
    """One query."""
    return [StateFigure(state, asset, n, int(value)) for state, asset, n, value in ask("figures", {"run": run.id})]


def unsettled(run: RecoveryRun, most: int) -> list[GapState]:
    """The first gaps that are neither corrected nor accepted. One query."""
    return [_state(row) for row in ask("rows", {"run": run.id, "most": most})]


def gaps_after(run: RecoveryRun, after: int, most: int) -> list[GapState]:
    """Whatever their state, in their order. One query."""
    return [_state(row) for row in ask("page", {"run": run.id, "after": after, "most": most})]


def at_hand(run: RecoveryRun, number: int) -> AtHand | None:
    """Four queries."""
    found = [_state(row) for row in ask("one", {"run": run.id, "gap": number})]
    if not found:
        return None
    gap = found[0]
    values = {"gap": gap.id, "names": [n for n in (gap.payment_id, gap.payment_ref) if n], "order": gap.order_ref,
              "opened_at": run.opened_at, "number": run.number}  # fmt: skip
    offers = [Offer(*row) for row in ask("offers", values)]
    order = Order.objects.filter(order_ref=gap.order_ref).first() if gap.order_ref else None
    return AtHand(gap, offers, order, [(n, pair) for n, pair in ask("cases", values)])


def beside(gap: RecoveryGap) -> dict[str, list[list[str]]]:
    """What stands beside a gap, for whoever accepts it: `gap` (number, difference, asset), `case` (number, class, pair of planes)
    and `hand` (who moved the order, to which state, when in UTC). At most two queries."""
    names = [n for n in (gap.payment_id, gap.payment_ref) if n]
    told: dict[str, list[list[str]]] = {"gap": [], "case": [], "hand": []}
    for kind, *row in ask("beside", {"gap": gap.id, "names": names, "order": gap.order_ref}):
        told[kind].append([str(x) for x in row])
    people = User.objects.filter(email__in=[who for who, *_ in told["hand"]]).values_list("email", "person__name")
    names_of = dict(people) if told["hand"] else {}
    return told | {"hand": [[names_of.get(who, who), *rest] for who, *rest in told["hand"]]}


def gap_of(run: RecoveryRun, number: int) -> RecoveryGap:
    """Raises NotFound."""
    found = RecoveryGap.objects.filter(run=run, number=number).first()
    if found is None:
        raise NotFound(f"{run} has no gap G-{number}")
    return found


def ask(step: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a step of correcting.sql."""
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _state(row: tuple[Any, ...]) -> GapState:
    said = list(row)
    said[8] = int(said[8])
    said[13] = [tuple(r) for r in json.loads(said[13])]
    return GapState(*said)
