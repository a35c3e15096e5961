"""Ask for another version of a posting rule: frozen as asked, in force from the instant at which a second person approves it."""

from collections.abc import Mapping
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import CannotBe, ReasonMissing
from reconciliation.permissions import Permission, require
from reconciliation.postings.asked_rule import as_codes, asked_rule, checked_note
from reconciliation.postings.rule_kind import KIND
from reconciliation.postings.rule_versions import rule_in_force

REASON = "POSTING_RULE"


def request_posting_rule(
    *, use_case: str, directions: Mapping[str, str], note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:
    """`directions`: DEBIT or CREDIT by the code of a ledger account. Needs a tenant scope.

    Raises NotPermitted, BadInput naming the field (also where it says what is in force), CannotBe (the use case has no rule yet:
    the first one is set), ReasonMissing, AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    person_of(actor, "asks for another posting rule")
    require(actor, Permission.SET_UP)
    if not (note := checked_note(note)):
        raise ReasonMissing("another posting rule needs a note that says why")
    if made := made_before(
        idempotency_key, kind=KIND, subject=use_case, reason_code=REASON, note=note, maker=actor.person_id
    ):
        return made
    asked, last = asked_rule(use_case, directions), rule_in_force(use_case)
    if last is None:
        raise CannotBe(f"{use_case} has no posting rule yet; its first one is set, not asked for", "use_case")
    if last.directions == asked.stored:
        raise CannotBe(f"{last} says exactly this and is in force", "directions")
    payload = {
        "kind": KIND, "use_case": use_case, "directions": asked.frozen, "was": as_codes(last), "was_number": last.number,
        "note": note, "case": None, "case_id": None,
    }  # fmt: skip
    facts = {"use_case": use_case, "account": [a.code for a, _ in asked.directions]} | by(actor)
    return make_request(
        Draft(
            kind=KIND, title=f"Set the posting rule of {use_case}", subject=use_case, payload=payload, amount_minor=0,
            currency="", reason_code=REASON, note=note, idempotency_key=idempotency_key, facts=facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip
