"""The draft that an import goes on with."""

from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.policies.versions import State


def draft_in_hand(key: str) -> int | None:
    """How often the checkpoint's draft was edited, None where there is none: what `save_draft` takes as seen."""
    found = CheckpointVersion.objects.filter(policy__key=key, state=State.DRAFT).values_list("edits", flat=True).first()
    return None if found is None else int(found)
