"""A planned posting is confirmed by the one bank line that settled exactly its amount, or not at all."""

from ledger.balancing import in_normal_direction
from ledger.money import spoken
from reconciliation.corrections.target import Target
from reconciliation.errors import NoCorrection


def require_exact_line(target: Target) -> None:
    """Raise NoCorrection where the case shows no single line, or one of another amount: that is a mismatch."""
    if target.case is None or target.line_on is None:
        raise NoCorrection(f"{target.case} does not show one bank line that settled {target.transaction}")
    account = target.case.account.ledger_account
    moved = [
        in_normal_direction(e.direction, account.normal_side, int(e.amount_minor))  # type: ignore[arg-type]
        for e in target.entries
        if e.account_id == account.id
    ]
    planned = sum(moved)
    settled = int(target.lines[0].amount_minor) * (1 if account.normal_side == "DEBIT" else -1)
    if planned != settled:
        raise NoCorrection(
            f"amount mismatch: ledger {spoken(planned, account.asset_id)}, bank {spoken(settled, account.asset_id)};"
            " a PENDING is confirmed at its own amount only"
        )
