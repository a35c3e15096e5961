"""What a rule would post, or a callback confirm, and policy lets nobody do alone: laid before checkers in the name of the person
who set the rule or opened the endpoint, who approves none of it; nor does anybody else who could have made it ask."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.answering import set_up_by
from reconciliation.approvals.made_before import Made
from reconciliation.errors import RequestNotOpen
from reconciliation.planes.behind_endpoint import behind_endpoint
from reconciliation.planes.models import RecognitionRule
from reconciliation.postings.held import hold
from reconciliation.postings.requests import PostingRequest

log = logging.getLogger("plumbline.planes")


def lay_before_checkers(
    requests: Sequence[PostingRequest], up_to: Mapping[str, int], *, actor: Actor, at: datetime
) -> list[Made]:
    """Ask for each posting of a rule, by itself; `up_to` is by key how much its payment may come to, in minor units. One that
    somebody rejected is left, and one that waits in another form; one that nobody answers for is left too, and said in the log.
    What is left stays a difference, with its case."""
    asked = []
    for r in requests:
        rule = RecognitionRule.objects.select_related("endpoint").get(id=r.metadata["rule"])
        answering = set_up_by(rule.set_by, f"the rule of {rule.endpoint.name}", behind_endpoint(rule.endpoint))
        if answering is None:
            log.warning("nobody answers for the rule %s, so %s waits for nobody", rule.id, r.key)
            continue
        assert r.effective_on is not None  # noqa: S101  a rule dates what it posts
        try:
            asked.append(hold(r, r.effective_on, up_to=up_to[r.key], actor=actor, at=at, answering=answering))
        except (RequestNotOpen, KeyReusedForAnotherPayload):
            continue
    return asked
