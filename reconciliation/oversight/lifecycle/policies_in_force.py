"""The checkpoints in force for the tenant in scope, as the decision tree takes them. One query."""

from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.oversight.lifecycle.decision_tree import Policy


def policies_in_force() -> list[Policy]:
    """In the order in which they are asked; of one order the older checkpoint first, as decisions are."""
    rows = CheckpointVersion.objects.filter(state=CheckpointVersion.State.ACTIVE).select_related("policy")
    found = sorted(rows, key=lambda v: (int(v.document["precedence"]), v.policy_id))
    return [Policy(v.policy.key, v.number, v.document) for v in found]
