from tests.reconciliation.approvals.desk import desk, trial, two_needed

__all__ = ["desk", "trial", "two_needed"]
