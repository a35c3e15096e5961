"""A posting that does not count is confirmed, or posted anew as it was, by the one bank line that settled exactly its amount,
or not at all."""

from ledger.balancing import in_normal_direction
from ledger.money import spoken
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.target import Target
from reconciliation.errors import NoCorrection


def require_exact_line(target: Target) -> None:
    """Raise NoCorrection where the case shows no single line, or one of another amount: that is a mismatch."""
    if target.case is None or target.line_on is None:
        raise NoCorrection(f"{target.case} does not show one bank line that settled {target.transaction}")
    planned, settled = signed_amounts(target, target.case)
    if planned != settled:
        asset, what = target.case.currency, target.transaction.status
        raise NoCorrection(
            f"amount mismatch: ledger {spoken(planned, asset)}, bank {spoken(settled, asset)};"
            + (
                " a PENDING is confirmed at its own amount only"
                if what == "PENDING"
                else " it is posted anew at its own amount only"
            )
        )


def signed_amounts(target: Target, case: ExceptionCase) -> tuple[int, int]:
    """What the transaction moves on the case's account, and what its only line moved there, in minor units in the direction of
    the account's normal side."""
    account = case.account.ledger_account
    moved = [
        in_normal_direction(e.direction, account.normal_side, int(e.amount_minor))  # type: ignore[arg-type]
        for e in target.entries
        if e.account_id == account.id
    ]
    return sum(moved), int(target.lines[0].amount_minor) * (1 if account.normal_side == "DEBIT" else -1)
