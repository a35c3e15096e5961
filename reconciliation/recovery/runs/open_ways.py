"""The ways that drift came by, that policy can tell, and that nothing of the run in force closes."""

from reconciliation.recovery.runs.closing import drafts_of
from reconciliation.recovery.runs.paths import paths_of
from reconciliation.recovery.runs.standing import Standing
from reconciliation.recovery.runs.tightening import DriftPath


def open_ways(standing: Standing) -> list[DriftPath]:
    """Three queries."""
    closed = {d.path["key"] for d in drafts_of(standing.run) if d.holds}
    return [path for path in paths_of(standing) if path.can_be_closed and path.key not in closed]
