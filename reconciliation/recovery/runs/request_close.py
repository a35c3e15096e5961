"""Step 6, and the end: ask a second person to close the run, over the drafts that are in force and the planes as they compare."""

from datetime import datetime
from typing import Any

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import require_words
from reconciliation.recovery.runs.close_kind import KIND
from reconciliation.recovery.runs.closing import drafts_of, last_comparison
from reconciliation.recovery.runs.errors import GateClosed
from reconciliation.recovery.runs.gates import closing_conditions, require_turn
from reconciliation.recovery.runs.open_ways import open_ways
from reconciliation.recovery.runs.standing import CORRECT, TIGHTEN, Standing, hold_runs, standing_of

REASON_CODE = "RECOVERY_DONE"
LEAST, LONGEST = 20, 2000


def request_close(
    *, number: int, summary: str, untightened: str, explanation: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:
    """Freeze the close of RR-`number` for a checker. `untightened` says why no draft is in force, `explanation` what is left
    between the planes; each is needed exactly where its condition is not met. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput naming the field, RequestNotOpen, GateClosed naming what is not met, AlreadyRequested,
    KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "asks to close a recovery")
    summary = require_words(summary, "summary", LONGEST, LEAST)
    said = {name: text.strip() for name, text in (("untightened", untightened), ("explanation", explanation))}
    hold_runs()
    standing = standing_of(number)
    subject = str(standing.run)
    if made := made_before(
        idempotency_key, kind=KIND, subject=subject, reason_code=REASON_CODE, note=summary, maker=actor.person_id
    ):
        return made
    require_turn(TIGHTEN, standing)
    _require_conditions(standing, said)
    payload = {"summary": summary, "asked_by": actor.name or actor.id} | said | _rests_on(standing)
    return make_request(
        Draft(
            kind=KIND, title=f"Close recovery {subject}", subject=subject, payload=payload, amount_minor=0, currency="",
            reason_code=REASON_CODE, note=summary, idempotency_key=idempotency_key, facts={"run": subject} | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip


def _require_conditions(standing: Standing, said: dict[str, str]) -> None:
    for condition in closing_conditions(standing):
        if condition.met:
            if condition.instead:
                said[condition.instead] = ""
        elif not condition.instead:
            raise GateClosed(f"{standing.run} is not closed: {condition.text}")
        elif len(said[condition.instead]) < LEAST:
            raise BadInput(f"{condition.text}: say why in {LEAST} to {LONGEST:,} characters", condition.instead)
        else:
            require_words(said[condition.instead], condition.instead, LONGEST, LEAST)


def _rests_on(standing: Standing) -> dict[str, Any]:
    compared, settled = last_comparison(standing.run), standing.said(CORRECT)
    return {
        "kind": KIND, "run": standing.run.number, "run_id": standing.run.id, "title": standing.run.title,
        "head": standing.head.hex(), "gaps": settled["gaps"], "corrected": settled["corrected"], "accepted": settled["accepted"],
        "comparison_sha256": bytes(compared.sha256).hex() if compared else "",
        "pairs": compared.said["pairs"] if compared else {},
        "open_ways": [path.words for path in open_ways(standing)],
        "drafts": [d.said() for d in drafts_of(standing.run)], "case": None, "case_id": None,
    }  # fmt: skip
