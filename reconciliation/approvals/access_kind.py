"""The kind "set_access": what is restricted, and who has the right to decide about it. It changes by two people, one of
whom sets up the tenant and the other decides over money; neither is whom it is about."""

from collections.abc import Sequence
from datetime import datetime

from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

from ledger import audit
from ledger.actors import Actor
from ledger.models import Account
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.standing_models import RIGHT, Restriction
from reconciliation.checkpoints.rules import ACCESS
from reconciliation.errors import ChangedSinceAsked
from reconciliation.people.models import User
from reconciliation.permissions import Permission

KIND = "set_access"
RESTRICT, OPEN, GIVE, TAKE = CHANGES = ("restrict", "open", "give", "take")


def has_right(user: User, restriction: Restriction) -> bool:
    """Whether a sign-in holds the right on one restriction: asked of the library, about this object alone. No group, no
    right of another kind and no person above all others stands in for it."""
    held = get_objects_for_user(
        user, RIGHT, Restriction.objects.filter(id=restriction.id), use_groups=False, with_superuser=False,
        accept_global_perms=False,
    )  # fmt: skip
    return bool(held.exists())


def restriction_on(on: str, name: str, *, lock: bool = False) -> Restriction | None:
    """The standing restriction on an account by its code (`on` "account") or on a policy by its key ("policy")."""
    rows = Restriction.objects.select_for_update(no_key=True, of=("self",)) if lock else Restriction.objects.all()
    by = {"account__code": name} if on == "account" else {"policy": name}
    return rows.filter(ended_at=None, **by).first()


def facts_of(payload: Payload) -> Facts:
    """What must still hold: whether it is restricted, and whether the sign-in holds the right."""
    found = restriction_on(payload["on"], payload["name"])
    user = User.objects.filter(email=payload["email"]).first() if payload["email"] else None
    return {
        "restriction": found.id if found else None,
        "right_held": bool(found and user and user.is_active and has_right(user, found)),
    }


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Restrict, open, give or take; writes no transaction. Raises ChangedSinceAsked."""
    on, name, change = payload["on"], payload["name"], payload["change"]
    found = restriction_on(on, name, lock=True)
    if (found is None) != (change == RESTRICT):
        raise ChangedSinceAsked(f"{on} {name} {'was opened' if found is None else 'was restricted'} in the meantime")
    if found is None:
        account = Account.objects.get(code=name) if on == "account" else None
        Restriction.objects.create(
            account=account, policy=None if account else name, made_at=at, decision_id=decision_id
        )  # fmt: skip
    elif change == OPEN:
        Restriction.objects.filter(id=found.id).update(ended_at=at)
    else:
        (assign_perm if change == GIVE else remove_perm)(RIGHT, User.objects.get(email=payload["email"]), found)
    action = {RESTRICT: "access.restricted", OPEN: "access.opened", GIVE: "right.given", TAKE: "right.taken"}[change]
    who = {"to": payload["email"]} if payload["email"] else {}
    audit.record(actor, at, action, f"{on} {name}", why=payload["note"], policy_version=policy_version, **who)
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all."""
    return None


SET_ACCESS = Kind(KIND, ACCESS, preview, facts_of, effect, ended, Permission.SET_UP)
