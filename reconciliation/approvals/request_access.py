"""Ask to restrict what only some may decide about, to open it again, or to give or take the right on it."""

from datetime import datetime

from ledger.actors import Actor
from ledger.models import Account
from reconciliation.approvals.access_kind import CHANGES, GIVE, KIND, OPEN, RESTRICT, TAKE, has_right, restriction_on
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.standing_models import Restriction
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.models import CheckpointPolicy
from reconciliation.checkpoints.rules import ACCESS, Move
from reconciliation.errors import BadInput, NotPermitted, ReasonMissing
from reconciliation.people.models import Membership, User
from reconciliation.permissions import Permission, holders, require

LONGEST_NOTE = 2000
TITLES = {RESTRICT: "Restrict {what}", OPEN: "Open {what} to every controller", GIVE: "Give {who} the right on {what}",
          TAKE: "Take the right on {what} from {who}"}  # fmt: skip


def request_access(
    *, change: str, on: str, name: str, email: str, note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:
    """Freeze one change for a checker. `change` is restrict, open, give or take; `on` is "account" (`name` its code) or
    "policy" (its key); `email` is the sign-in whose right is given or taken, "" else. Needs a tenant scope.

    Raises NotPermitted (no person, not one who sets up, about oneself), BadInput naming the field (unknown, or so already),
    ReasonMissing, AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    person_of(actor, "changes who may decide")
    require(actor, Permission.SET_UP)
    note, email = note.strip(), email.strip().lower() if change in (GIVE, TAKE) else ""
    if len(note) > LONGEST_NOTE or "\x00" in note or not note:
        raise ReasonMissing(f"a change of who may decide says why, in at most {LONGEST_NOTE} characters")
    if change not in CHANGES or on not in ("account", "policy"):
        raise BadInput("restrict, open, give or take; on an account or a policy", "change")
    subject = f"{on} {name} {email}".strip()
    if made := made_before(
        idempotency_key, kind=KIND, subject=subject, reason_code=change.upper(), note=note, maker=actor.person_id
    ):  # fmt: skip
        return made
    found = _restriction(change, on, name, at)
    user = _sign_in(change, email, found, actor) if found and change in (GIVE, TAKE) else None
    who = user.person.name if user else ""
    payload = {
        "kind": KIND, "change": change, "on": on, "name": name, "email": email, "who": who,
        "about_person": user.person_id if user else None, "note": note, "case": None, "case_id": None,
    }  # fmt: skip
    return make_request(
        Draft(
            kind=KIND, title=TITLES[change].format(what=f"{on} {name}", who=who), subject=subject, payload=payload,
            amount_minor=0, currency="", reason_code=change.upper(), note=note, idempotency_key=idempotency_key,
            facts={"change": change, "on": on, "name": name, "email": email, "by": actor.id},
        ),
        maker=actor, at=at,
    )  # fmt: skip


def _restriction(change: str, on: str, name: str, at: datetime) -> Restriction | None:
    """Raises BadInput when there is no such thing, or it stands already as it would then."""
    if on == "account" and not Account.objects.filter(code=name).exists():
        raise BadInput("no ledger account has this code", "name")
    if on == "policy" and not CheckpointPolicy.objects.filter(key=name).exists():
        raise BadInput("no checkpoint has this key", "name")
    if on == "policy" and change == RESTRICT and ask(Move(ACCESS, {}), at).key == name:
        raise BadInput(
            "this checkpoint decides who may decide; were it restricted, nobody could give a right on it", "name"
        )
    found = restriction_on(on, name)
    if (found is None) != (change == RESTRICT):
        raise BadInput(
            f"{on} {name} is {'open to every controller' if found is None else 'restricted'} already", "name"
        )
    return found


def _sign_in(change: str, email: str, found: Restriction, actor: Actor) -> User:
    """Whose right it is. Raises NotPermitted for oneself, BadInput for one who decides nothing here, or has it already."""
    deciders = Membership.objects.filter(
        role__in=holders(Permission.DECIDE_REQUEST), user__is_active=True, ended_at=None
    )
    user = User.objects.select_related("person").filter(email=email).first()
    if user is not None and user.person_id == actor.person_id:
        raise NotPermitted("a right is given and taken away by somebody else, under whichever sign-in")
    known = user is not None and (change == TAKE or deciders.filter(user=user).exists())
    if user is None or not known:
        raise BadInput("the right is given to a sign-in that holds a deciding role here", "email")
    if has_right(user, found) != (change == TAKE):
        raise BadInput(f"{email} {'has the right already' if change == GIVE else 'has no right on it'}", "email")
    return user
