"""Put a matcher version in force. Versions are never edited; the newest one active at a run's instant is pinned by it."""

import re
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput
from reconciliation.matching.models import MatcherVersion
from reconciliation.permissions import Permission, require

FORMS = ("letters_and_digits", "exact")


def set_matcher(
    *,
    actor: Actor,
    at: datetime,
    value_date_days: int = 2,
    reference_form: str = "letters_and_digits",
    narrative_pattern: str = "",
    amount_tolerance: dict[str, str] | None = None,
) -> MatcherVersion:
    """Append the next ledger–bank version. `amount_tolerance` maps asset to minor units as text. Raises NotPermitted, BadInput."""
    require(actor, Permission.SET_UP)
    if reference_form not in FORMS:
        raise BadInput(f"reference_form is one of {', '.join(FORMS)}", "reference_form")
    try:
        re.compile(narrative_pattern)
    except re.error as error:
        raise BadInput(f"narrative_pattern is not a pattern: {error}", "narrative_pattern") from error
    last = MatcherVersion.objects.filter(plane_pair="ledger-bank").order_by("-number").first()
    decided = record_decision(Move("setting.matcher", {"plane_pair": "ledger-bank"}), at=at, count=1)
    version = MatcherVersion.objects.create(
        plane_pair="ledger-bank",
        number=last.number + 1 if last else 1,
        value_date_days=value_date_days,
        amount_tolerance=amount_tolerance or {},
        reference_form=reference_form,
        narrative_pattern=narrative_pattern,
        decision_id=decided.id,
        active_from=at,
    )
    audit.record(
        actor, at, "matcher.set", f"ledger-bank v{version.number}", policy_version=decided.decision.policy_version
    )
    return version
