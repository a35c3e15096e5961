"""Put a matcher version in force at set-up. Versions are never edited; the newest one active at a run's instant is pinned by
it. People set the first one between ledger and bank; every other change of theirs is drafted, tried and approved."""

import re
from datetime import datetime

from ledger.actors import Actor
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.matching.asked_matcher import ALL_PAIRS, FORMS, LEDGER_BANK
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.asked_terms import USUAL_HOURS
from reconciliation.matching.versions import append_version, hold_versions, version_in_force
from reconciliation.permissions import Permission, require


def set_matcher(
    *,
    actor: Actor,
    at: datetime,
    value_date_days: int = 2,
    reference_form: str = "letters_and_digits",
    narrative_pattern: str = "",
    amount_tolerance: dict[str, str] | None = None,
    plane_pair: str = LEDGER_BANK,
    service_hours: dict[str, int] | None = None,
    underpaid_up_to: dict[str, str] | None = None,
) -> MatcherVersion:
    """Append the next version of a pair of planes; `service_hours` are of the pairs other than ledger–bank.

    `amount_tolerance` maps asset to minor units as text; so does `underpaid_up_to`, of commerce–provider alone. Raises
    NotPermitted, BadInput.
    """
    require(actor, Permission.SET_UP)
    if reference_form not in FORMS:
        raise BadInput(f"reference_form is one of {', '.join(FORMS)}", "reference_form")
    try:
        re.compile(narrative_pattern)
    except re.error as error:
        raise BadInput(f"narrative_pattern is not a pattern: {error}", "narrative_pattern") from error
    if plane_pair not in ALL_PAIRS:
        raise BadInput(f"plane_pair is one of {', '.join(ALL_PAIRS)}", "plane_pair")
    if any(name not in USUAL_HOURS or not 0 <= hours <= 2160 for name, hours in (service_hours or {}).items()):
        raise BadInput(f"service_hours are of {', '.join(USUAL_HOURS)}, up to 2160 each", "service_hours")
    if underpaid_up_to and plane_pair != "commerce-provider":
        raise BadInput("an underpayment is closed by rule between commerce and provider alone", "underpaid_up_to")
    hold_versions()
    if actor.kind == "person" and (plane_pair != LEDGER_BANK or version_in_force(plane_pair)):
        raise NotPermitted(f"the terms of {plane_pair} change by two people: they are drafted and asked for")
    decided = record_decision(Move("setting.matcher", {"plane_pair": plane_pair} | by(actor)), at=at, count=1)
    return append_version(
        plane_pair, decision_id=decided.id, policy_version=decided.decision.policy_version, actor=actor, at=at,
        value_date_days=value_date_days, amount_tolerance=amount_tolerance or {}, reference_form=reference_form,
        narrative_pattern=narrative_pattern, service_hours=service_hours or {}, underpaid_up_to=underpaid_up_to or {},
    )  # fmt: skip
