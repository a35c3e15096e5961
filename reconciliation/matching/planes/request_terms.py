"""Ask for other terms of a pair of planes: how long a counterpart may take, how much may differ, and up to what an
underpayment closes by rule."""

from collections.abc import Mapping
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.asked_terms import HOURS_OF, USUAL_HOURS, AskedTerms, asked_terms
from reconciliation.matching.planes.terms_kind import KIND
from reconciliation.matching.versions import version_in_force
from reconciliation.permissions import Permission, require

LONGEST_NOTE = 2000


def request_terms(
    *, plane_pair: str, hours: Mapping[str, int], tolerance: Mapping[str, str], underpaid_up_to: Mapping[str, str],
    note: str, idempotency_key: str, actor: Actor, at: datetime,
) -> Made:  # fmt: skip
    """Freeze the next terms of a pair for a checker. Needs a tenant scope.

    Raises NotPermitted, BadInput naming the field (also when the version in force says exactly this), ReasonMissing,
    AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    person_of(actor, "asks for other terms")
    require(actor, Permission.SET_UP)
    terms, note = asked_terms(plane_pair, hours, tolerance, underpaid_up_to), note.strip()
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters, without NUL", "note")
    if not note:
        raise ReasonMissing("other terms need a note that says why")
    if made := made_before(
        idempotency_key, kind=KIND, subject=plane_pair, reason_code="TERMS", note=note, maker=actor
    ):  # fmt: skip
        return made
    last = version_in_force(plane_pair)
    was = terms_of(plane_pair, last)
    if was == terms:
        raise BadInput(f"version {last.number if last else 0} says exactly this and is in force")
    payload = {
        "kind": KIND, "plane_pair": plane_pair, "terms": terms.payload, "was": was.payload, "note": note,
        "case": None, "case_id": None,
    }  # fmt: skip
    facts = {"plane_pair": plane_pair, "terms": terms.payload, "was": was.payload} | by(actor)
    return make_request(
        Draft(
            kind=KIND, title=f"Set the terms of {plane_pair}", subject=plane_pair, payload=payload, amount_minor=0,
            currency="", reason_code="TERMS", note=note, idempotency_key=idempotency_key, facts=facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip


def terms_of(pair: str, version: MatcherVersion | None) -> AskedTerms:
    """The terms of a version; the usual ones where none is in force."""
    if version is None:
        return AskedTerms({name: USUAL_HOURS[name] for name in HOURS_OF[pair]}, {}, {})
    hours = USUAL_HOURS | version.service_hours
    return AskedTerms({name: hours[name] for name in HOURS_OF[pair]}, version.amount_tolerance, version.underpaid_up_to)
