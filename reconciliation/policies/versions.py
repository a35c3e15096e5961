"""Finding and locking the versions of checkpoints. Reads and locks only."""

from django.db.models import Max

from reconciliation.checkpoints.models import CheckpointPolicy, CheckpointVersion
from reconciliation.errors import BadInput, NotFound, RequestNotOpen

State = CheckpointVersion.State


def policy_named(key: str) -> CheckpointPolicy:
    """Raises NotFound."""
    found = CheckpointPolicy.objects.filter(key=key).first()
    if found is None:
        raise NotFound(f"no checkpoint has the key {key!r:.60}")
    return found


def require_new(key: str) -> None:
    """Raises BadInput when a checkpoint has this key: its next version is drafted on its own page."""
    if CheckpointPolicy.objects.filter(key=key).exists():
        raise BadInput("a checkpoint has this title already; draft its next version on its own page", "title")


def version_of(key: str, number: int) -> CheckpointVersion:
    """Raises NotFound."""
    rows = CheckpointVersion.objects.select_related("policy", "made_by")
    found = rows.filter(policy__key=key, number=number).first() if number < 2**31 else None
    if found is None:
        raise NotFound(f"checkpoint {key!r:.60} has no version {number}")
    return found


def latest_of(key: str) -> CheckpointVersion:
    """What is being worked on: the draft, else the version under evaluation, else the one in force. Raises NotFound."""
    rows = CheckpointVersion.objects.select_related("policy", "made_by").filter(policy=policy_named(key))
    living = {v.state: v for v in rows.filter(state__in=(State.DRAFT, State.EVALUATE, State.ACTIVE))}
    for state in (State.DRAFT, State.EVALUATE, State.ACTIVE):
        if state in living:
            return living[state]
    raise NotFound(f"checkpoint {key!r:.60} has no version that lives")


def lock_version(key: str, number: int) -> CheckpointVersion:
    """The version, its policy's row held until commit: two admins at once would both find it as it was. Raises NotFound."""
    version = version_of(key, number)
    rows = CheckpointVersion.objects.select_for_update(no_key=True).filter(policy_id=version.policy_id)
    return {v.id: v for v in rows.order_by("id")}[version.id]


def require_state(version: CheckpointVersion, *states: str) -> None:
    """Raises RequestNotOpen, saying what the version is."""
    if version.state not in states:
        raise RequestNotOpen(
            f"{version} is {WORDS[version.state]}; this takes one that is {' or '.join(WORDS[s] for s in states)}"
        )


def active_of(policy_id: int) -> CheckpointVersion | None:
    """The version in force, None where the checkpoint has none (yet, or any more)."""
    return CheckpointVersion.objects.filter(policy_id=policy_id, state=State.ACTIVE).first()


def next_number(policy_id: int) -> int:
    """Versions are numbered from 1, discarded ones too."""
    return int(CheckpointVersion.objects.filter(policy_id=policy_id).aggregate(last=Max("number"))["last"] or 0) + 1


WORDS = {
    "draft": "a draft", "evaluate": "under evaluation", "active": "active", "retired": "retired", "discarded": "discarded",
}  # fmt: skip
