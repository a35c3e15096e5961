"""What two decisions about one move have to do with each other. Pure."""

from typing import Literal

from reconciliation.checkpoints.rules import Decision

Direction = Literal["looser", "other people", "stricter", ""]
DIRECTIONS: tuple[Direction, ...] = (
    "looser",
    "other people",
    "stricter",
)  # in the order of every list: what opens up comes first
STRICTNESS = {"automatic": 0, "approval": 1, "forbidden": 2}


def direction_of(live: Decision, draft: Decision) -> Direction:
    """How the draft's answer differs from the live one; "" for the same. More hands are stricter, a wider circle of the same number
    of hands is looser, a circle that only overlaps is "other people"."""
    now, then = _strictness(live), _strictness(draft)
    if now != then:
        return "looser" if then < now else "stricter"
    if live.roles == draft.roles:
        return ""
    if draft.roles > live.roles:
        return "looser"
    return "stricter" if draft.roles < live.roles else "other people"


def extra_approvals(live: Decision, draft: Decision) -> int:
    """How many approvals more the draft asks of people for one such move; none where either forbids it."""
    if "forbidden" in (live.outcome, draft.outcome):
        return 0
    return max(0, draft.quorum - live.quorum)


def _strictness(said: Decision) -> tuple[int, int]:
    return STRICTNESS[said.outcome], said.quorum
