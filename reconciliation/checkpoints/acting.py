"""Who acts and by which door, as policy sees it."""

from functools import lru_cache
from typing import Any

from ledger.actors import Actor

DOOR_OF = {"token": "api", "job": "rule", "operator": "command"}


@lru_cache(maxsize=256)
def by(actor: Actor) -> dict[str, Any]:
    """The facts that every move by somebody carries: who, in which roles, by which door. Joined to other facts, never changed."""
    return {"by": actor.id, "door": door_of(actor), "role": sorted(actor.roles) or [actor.kind]}


def door_of(actor: Actor) -> str:
    """The door's name in the vocabulary: an integration's token, a job, a command, a person's own token, or the screen."""
    if actor.kind == "person":
        return "personal token" if actor.token else "screen"
    return DOOR_OF[actor.kind]
