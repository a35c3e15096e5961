"""The planes of a run's scope compared afterwards: commerce and provider judged anew under the pinned terms, the other pairs by the
cases that the daily runs leave open. What two people accepted is explained; the rest is not."""

from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.recovery.runs.chain import digest_of, document_of
from reconciliation.recovery.runs.closing_models import RecoveryComparison
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.models import RecoveryGap
from reconciliation.recovery.runs.other_planes import values_of_scope
from reconciliation.recovery.runs.paths import rows_of
from reconciliation.recovery.runs.standing import TIGHTEN, Standing, standing_of
from reconciliation.recovery.runs.still_there import Judged, judged_anew


def compare_planes(*, number: int, asked_by: str, actor: Actor, at: datetime) -> RecoveryComparison:
    """Append what is found. Needs a tenant scope. Raises NotFound, RequestNotOpen, GateClosed."""
    standing = standing_of(number)
    require_turn(TIGHTEN, standing)
    pairs = {"commerce-provider": _anew(standing, judged_anew(standing, None, at))} | _by_cases(standing)
    unexplained = sum(pair["unexplained"] for pair in pairs.values())
    document = document_of(
        {"run": str(standing.run), "at": at, "asked_by": asked_by, "pairs": pairs, "unexplained": unexplained}
    )
    made = RecoveryComparison.objects.create(
        run=standing.run, at=at, document=document, sha256=digest_of(document), unexplained=unexplained
    )
    audit.record(
        actor, at, "recovery.compared", str(standing.run), asked_by=asked_by, unexplained=unexplained,
        sha256=bytes(made.sha256).hex(),
    )  # fmt: skip
    return made


def _anew(standing: Standing, judged: Judged) -> dict[str, Any]:
    accepted = RecoveryGap.objects.filter(run=standing.run, acceptance__isnull=False)
    known = {
        (order or payment, kind) for order, payment, kind in accepted.values_list("order_ref", "payment_ref", "kind")
    }
    left = [f for f in judged.gaps if (f.order_ref or f.payment_ref, f.finding.kind) not in known]
    net: dict[str, int] = {}
    for found in left:
        net[found.finding.asset] = net.get(found.finding.asset, 0) + found.finding.contribution
    return {
        "matched": judged.matched, "differences": len(judged.gaps), "explained": len(judged.gaps) - len(left),
        "unexplained": len(left), "net_minor": {asset: str(minor) for asset, minor in sorted(net.items())},
        "first": [f"{f.order_ref or f.payment_ref}: {f.reason}" for f in left[:20]],
    }  # fmt: skip


def _by_cases(standing: Standing) -> dict[str, dict[str, Any]]:
    values = values_of_scope(standing.scope)
    told: dict[str, dict[str, Any]] = {
        pair: {"differences": 0, "explained": 0, "unexplained": 0, "net_minor": {}} for pair in values["pairs"]
    }
    for pair, asset, count, net in rows_of("left_between", values):
        told[pair]["differences"] += int(count)
        told[pair]["unexplained"] += int(count)
        told[pair]["net_minor"][asset] = str(int(net))
    return told
