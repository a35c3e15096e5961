"""Ask for another version of a rule, or for a rule of one's own. A second person decides, also where it only adds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import BadInput, CannotBe, ReasonMissing
from reconciliation.oversight.escalation.in_force import rule_in_force
from reconciliation.oversight.escalation.models import EscalationRule, Receiver
from reconciliation.oversight.escalation.rule_kind import KIND
from reconciliation.oversight.escalation.rules import MOST_RULES, Rule, asked_rule
from reconciliation.permissions import Permission, require

CODE, LONGEST_NOTE = "ESCALATION", 2000


def request_rule(
    *, key: str, said: Mapping[str, Any], note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:
    """`said` is the whole document. Needs a tenant scope.

    Raises NotPermitted (no person, not one who sets up), BadInput naming the field (also when it says what is in force),
    CannotBe (a receiver that does not stand, the signal of a rule changed), ReasonMissing, AlreadyRequested,
    KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    person_of(actor, "asks for another rule")
    require(actor, Permission.SET_UP)
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE or "\x00" in note:
        raise ReasonMissing(f"another rule says why, in at most {LONGEST_NOTE} characters")
    if made := made_before(
        idempotency_key, kind=KIND, subject=key, reason_code=CODE, note=note, maker=actor.person_id
    ):  # fmt: skip
        return made
    was, rule = rule_in_force(key), asked_rule(key, said)
    _require_sense(was, rule)
    payload = {
        "kind": KIND, "key": key, "document": rule.document, "was": was.document if was else None,
        "was_version": was.version if was else 0, "note": note, "case": None, "case_id": None,
    }  # fmt: skip
    draft = Draft(
        kind=KIND, title=f"{'Change' if was else 'Add'} the escalation rule {key}", subject=key, payload=payload,
        amount_minor=0, currency="", reason_code=CODE, note=note, idempotency_key=idempotency_key,
        facts={"rule": key} | by(actor),
    )  # fmt: skip
    return make_request(draft, maker=actor, at=at)


def _require_sense(was: Rule | None, rule: Rule) -> None:
    if was and was.document == rule.document:
        raise BadInput(f"version {was.version} says exactly this and is in force", "key")
    if was and was.signal != rule.signal:
        # What a rule has spoken of is kept by its key: another signal under it would be silent where it should speak.
        raise CannotBe("a rule keeps its signal; another signal is a rule of its own", "signal")
    if was is None and EscalationRule.objects.values("key").distinct().count() >= MOST_RULES:
        raise CannotBe(f"{MOST_RULES} rules stand already", "key")
    new = set(rule.receivers) - set(was.receivers if was else ())
    standing = set(Receiver.objects.filter(name__in=new, ended_at=None).values_list("name", flat=True))
    if missing := sorted(new - standing):
        raise CannotBe(f"no receiver is named {missing[0]}; add it first", "receivers")
