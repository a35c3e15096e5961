"""Whose version it is while it is not in force: its maker's, as long as they still govern checkpoints."""

from ledger.actors import Actor
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.errors import NotPermitted
from reconciliation.people.models import Membership
from reconciliation.permissions import Permission, holders


def is_own(version: CheckpointVersion, actor: Actor) -> bool:
    """Whether the actor may move the version on: its maker, or anybody with the right once its maker holds it no more."""
    if version.made_by_id is None or version.made_by_id == actor.person_id:
        return version.made_by_id is not None
    roles = holders(Permission.SET_UP)
    held = Membership.objects.filter(
        user__person_id=version.made_by_id, role__in=roles, ended_at=None, user__is_active=True
    )
    return not held.exists()


def require_own(version: CheckpointVersion, actor: Actor, does: str) -> None:
    """Raises NotPermitted, naming whose it is."""
    if not is_own(version, actor):
        raise NotPermitted(
            f"{version} is by {version.made_by_label}, who alone {does} it".replace("evaluation it", "evaluation")
        )
