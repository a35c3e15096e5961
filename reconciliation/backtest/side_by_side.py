"""The checkpoints in force, and the same with a document in the place of what it would replace."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reconciliation.backtest.needs import Needs, needs_of
from reconciliation.checkpoints.clauses import Clause
from reconciliation.checkpoints.documents import clauses_of
from reconciliation.checkpoints.models import CheckpointOverride, CheckpointPolicy, CheckpointVersion
from reconciliation.checkpoints.rules import Asked, Override, in_order

NEWEST = 2**62  # a checkpoint that does not stand yet is asked after those of the same precedence
Laid = tuple[int, int, dict[str, Any], int]  # precedence, policy's id, document, number


@dataclass(frozen=True, slots=True)
class SideBySide:
    """`against` is the number of the version that the document would replace, None for a new checkpoint; `changed` are its
    clauses and the document's. `overrides` by number,
    each as it stood for its move, whatever its payment: which moves it was for is told by the move."""

    live: Asked
    draft: Asked
    changed: Asked
    needs: Needs
    against: int | None
    overrides: dict[int, Override]


def side_by_side(document: dict[str, Any], number: int) -> SideBySide:
    """Three queries. Needs a tenant scope."""
    key = document["key"]
    active = list(CheckpointVersion.objects.filter(state="active").select_related("policy"))
    own = CheckpointPolicy.objects.filter(key=key).values_list("id", flat=True).first()
    rows: list[Laid] = [(v.document["precedence"], v.policy_id, v.document, v.number) for v in active]
    placed: Laid = (document["precedence"], own or NEWEST, document, number)
    replaced = next((v for v in active if v.policy.key == key), None)
    others = [r for r in rows if r[2]["key"] != key]
    live, draft = _laid_out(rows), _laid_out([*others, placed])
    changed = _laid_out([placed, *(r for r in rows if r[2]["key"] == key)])
    lifted = CheckpointOverride.objects.select_related("policy")
    return SideBySide(
        live, draft, changed, needs_of(list(changed), live, draft), replaced.number if replaced else None,
        {o.number: Override(o.number, o.policy.key, o.move) for o in lifted},
    )  # fmt: skip


def _laid_out(rows: Iterable[Laid]) -> Asked:
    clauses: list[Clause] = []
    for _, _, document, number in sorted(rows, key=lambda r: r[:2]):
        clauses += clauses_of(document, number)
    return in_order(clauses)
