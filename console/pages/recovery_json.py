"""Recovery runs as the API tells them. Money is text of minor units."""

from typing import Any

from reconciliation.recovery.runs.correcting import GapState, figures_of
from reconciliation.recovery.runs.run_pages import ListedRun, WholeRun


def run_json(x: ListedRun) -> dict[str, Any]:
    """console/api/recovery_shapes.py: RecoverySerializer"""
    return {
        "recovery": str(x.run), "title": x.run.title, "state": x.end.how if x.end else "open", "step": x.done,
        "owner": x.planned.owner, "opened_at": x.run.opened_at.isoformat(), "freeze_until": x.planned.freeze_until.isoformat(),
        "gaps": x.gaps, "ended_at": x.end.ended_at.isoformat() if x.end else None,
    }  # fmt: skip


def one_json(found: WholeRun) -> dict[str, Any]:
    """OneRecoverySerializer"""
    standing = found.standing
    run, end = standing.run, standing.end
    return {
        "recovery": str(run), "title": run.title, "state": end.how if end else "open", "sha256": bytes(run.sha256).hex(),
        "steps": [
            {"step": n, "done_at": s.done_at.isoformat(), "done_by": s.done_by, "sha256": bytes(s.sha256).hex()}
            for n, s in sorted(standing.steps.items())
        ],
        "gate": [{"met": c.met, "text": c.text} for c in found.gate],
        "values": [
            {"state": f.state, "asset": f.asset, "gaps": f.gaps, "value_minor": str(f.value)} for f in figures_of(run)
        ],
    }  # fmt: skip


def gap_json(g: GapState) -> dict[str, Any]:
    """RecoveryGapSerializer"""
    return {
        "gap": str(g), "payment_id": g.payment_id or g.payment_ref, "order_ref": g.order_ref, "state": g.state,
        "exception_class": g.exception_class, "reason": g.reason, "asset": g.asset, "value_minor": str(g.value_minor),
        "requests": [f"CR-{n}" for n, *_ in g.requests],
    }  # fmt: skip
