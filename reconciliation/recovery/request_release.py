"""Ask for the release of an incident: with its root cause, over sealed evidence, after somebody called the partner. A second person
decides; nobody releases one alone."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import BadInput, NotHeld
from reconciliation.incidents.models import Incident, PartnerCall
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import incident_numbered, require_unreleased, require_words
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.release_kind import KIND, call_words, holds_all, last_call, newest_bundle
from reconciliation.recovery.root_causes import LEAST, LONGEST, ROOT_CAUSES


def request_release(
    *, number: int, root_cause: str, explanation: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:
    """Freeze the release of incident IN-`number` for a checker. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput naming the field, RequestNotOpen (it was released), NotHeld (its evidence is not sealed,
    or does not hold what was said since, or no call was made since it opened), AlreadyRequested, KeyReusedForAnotherPayload,
    ForbiddenByPolicy."""
    person_of(actor, "asks to release an incident")
    require(actor, Permission.RELEASE_INCIDENT)
    incident = incident_numbered(number)
    if root_cause not in ROOT_CAUSES:
        raise BadInput(f"the root cause is one of {', '.join(ROOT_CAUSES)}", "root_cause")
    explanation = require_words(explanation, "explanation", LONGEST, LEAST)
    if made := made_before(
        idempotency_key, kind=KIND, subject=str(incident), reason_code=root_cause, note=explanation, maker=actor.person_id
    ):  # fmt: skip
        return made
    require_unreleased(incident)
    bundle, call = _proven(incident)
    account = incident.bank_account.ledger_account.code
    payload = {
        "kind": KIND, "incident_id": incident.id, "incident": incident.number, "account": account, "root_cause": root_cause,
        "explanation": explanation, "bundle": str(bundle), "bundle_sha256": bytes(bundle.sha256).hex(),
        "call": call_words(call), "calls": incident.calls.count(),
        "asked_by": actor.id, "case": None, "case_id": None,
    }  # fmt: skip
    return make_request(
        Draft(
            kind=KIND, title=f"Release {incident}", subject=str(incident), payload=payload, amount_minor=0,
            currency="", reason_code=root_cause, note=explanation, idempotency_key=idempotency_key,
            facts={"account": [account], "root_cause": root_cause, "incident": incident.number} | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip


def _proven(incident: Incident) -> tuple[EvidenceBundle, PartnerCall]:
    """The newest evidence, which holds all that was said, and the last call. Raises NotHeld naming what is missing."""
    bundle = newest_bundle(str(incident))
    if bundle is None:
        raise NotHeld(f"the evidence of {incident} is not sealed yet; it is released over sealed evidence alone")
    call = last_call(incident)
    if call is None:
        raise NotHeld(f"nobody has recorded a call to the partner since {incident} was opened; call them first")
    if not holds_all(incident):
        raise NotHeld(
            f"{bundle} does not hold every call and note; the evidence is being sealed anew, try again in a moment"
        )
    return bundle, call
