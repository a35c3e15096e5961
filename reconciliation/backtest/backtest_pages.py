"""Backtests as pages show them: the newest of a document, one by its id, its flips page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reconciliation.backtest.models import Backtest, BacktestFlip
from reconciliation.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class FlipPage:
    """Flips as `result.Flip` in JSON, in their order. `after` asks for the next page, None on the last."""

    flips: Sequence[dict[str, Any]]
    after: int | None


def newest_backtest(document_sha256: bytes) -> Backtest | None:
    """The last one of exactly this document, whatever its window. One query. Needs a tenant scope."""
    return Backtest.objects.filter(document_sha256=document_sha256).order_by("-id").first()


def backtests_of(key: str, *, most: int = 20) -> list[Backtest]:
    """Of a checkpoint, newest first, without their documents and results. One query."""
    return list(Backtest.objects.filter(policy_key=key).defer("document", "result").order_by("-id")[:most])


def find_backtest(public_id: UUID) -> Backtest:
    """Raises NotFound."""
    found = Backtest.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"no backtest has the id {public_id}")
    return found


def flips_of(
    backtest: Backtest, *, after: int = 0, most: int = PAGE, direction: str = "", turned: str = ""
) -> FlipPage:
    """The flips after a position, of one direction or outcome where given. One query."""
    rows = BacktestFlip.objects.filter(backtest=backtest, position__gt=after)
    rows = rows.filter(direction=direction) if direction else rows
    rows = rows.filter(turned=turned) if turned else rows
    found = list(rows.order_by("position").values_list("position", "flip")[: most + 1])
    return FlipPage([flip for _, flip in found[:most]], found[most - 1][0] if len(found) > most else None)
