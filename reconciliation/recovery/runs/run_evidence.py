"""A run's evidence as one sealed bundle: its steps, the freeze and what it refused, the event log, gaps, classes and what settled
them, the checkpoints that it drafted; of its payments the matches before and after, the cases, and the postings with the requests
and decisions that let them through; the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from ledger.actors import Actor
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.freeze_models import FreezeWindow
from reconciliation.named_sql import read_steps
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.proof.sections import CASES, NAMED, POSTINGS, named, sections_of
from reconciliation.recovery.runs.closing_models import RecoveryRemedy
from reconciliation.recovery.runs.read_period import staged, values_of
from reconciliation.recovery.runs.standing import FREEZE, Standing
from reconciliation.recovery.sealing import seal_bundle

OWN = ("accept_gap", "close_recovery", "stop_recovery")
SECTIONS = [*sections_of(__file__, "export.sql"), *sections_of(__file__, "matches.sql"), *CASES, *POSTINGS]
OWN_NAMED = read_steps(__file__, "named.sql")


def sealed(standing: Standing, *, asked_key: str, as_of: datetime, actor: Actor, at: datetime) -> EvidenceBundle:
    """The bundle as of `as_of`; under the same key it is sealed once. Needs a tenant scope and a run that is frozen.
    Raises BundleTooLarge."""
    run, values = standing.run, values_of(standing.scope, as_of)
    window = FreezeWindow.objects.get(number=freeze_number(standing))
    numbers = _requests(standing)
    about = values | {
        "run": run.id, "freeze": window.number, "opened_at": window.opened_at, "run_opened_at": run.opened_at,
        "numbers": numbers, "subjects": [str(run), str(window)],
    }  # fmt: skip
    with staged(values):
        return seal_bundle(str(run), SECTIONS, _named(about), asked_key=asked_key, as_of=as_of, actor=actor, at=at)


def _named(about: Mapping[str, Any]) -> dict[str, Any]:
    """With the ids of all that the sections hold, found set by set inside `staged`. As a bundle has a limit, so have the lists."""
    found = named(OWN_NAMED, ("threads", "matches", "cases", "transactions"), about)
    found = named(NAMED, ("transactions", "asked"), found)
    found = named(OWN_NAMED, ("acts", "asked_too", "told"), found)
    found = named(NAMED, ("decided",), found | {"asked": found["asked_too"], "orders": []})
    decided = sorted({*found["decided"], *found["acts"]})
    return found | {"decided": decided, "subjects": [*about["subjects"], *found["told"]], "in_force": True}


def freeze_number(standing: Standing) -> int:
    """Of the window that the first step opened."""
    return int(standing.said(FREEZE)["freeze"].removeprefix("FW-"))


def _requests(standing: Standing) -> list[int]:
    """The numbers of what corrects its gaps, accepts them and closes it."""
    run = standing.run
    corrections = Q(id__in=RecoveryRemedy.objects.filter(run=run).values("request_id"))
    own = Q(kind__in=OWN, payload__run_id=run.id)
    return list(ApprovalRequest.objects.filter(corrections | own).order_by("number").values_list("number", flat=True))
