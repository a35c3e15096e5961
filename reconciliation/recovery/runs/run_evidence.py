"""A run's evidence as one sealed bundle: its steps, the freeze and what it refused, the event log, gaps, classes and what settled
them, requests with their approvals, the checkpoints that it drafted, the audit trail."""

from datetime import datetime

from django.db.models import Q

from ledger.actors import Actor
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.freeze_models import FreezeWindow
from reconciliation.named_sql import read_steps
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.runs.closing_models import RecoveryRemedy
from reconciliation.recovery.runs.read_period import staged, values_of
from reconciliation.recovery.runs.standing import FREEZE, Standing
from reconciliation.recovery.sealing import Section, seal_bundle

OWN = ("accept_gap", "close_recovery")
SECTIONS = [Section(name, query) for name, query in read_steps(__file__, "export.sql").items()]


def sealed(standing: Standing, *, asked_key: str, as_of: datetime, actor: Actor, at: datetime) -> EvidenceBundle:
    """The bundle as of `as_of`; under the same key it is sealed once. Needs a tenant scope and a run that is frozen.
    Raises BundleTooLarge."""
    run, values = standing.run, values_of(standing.scope, as_of)
    window = FreezeWindow.objects.get(number=freeze_number(standing))
    requests = _requests(standing)
    about = values | {
        "run": run.id, "freeze": window.number, "opened_at": window.opened_at, "requests": requests,
        "subjects": [str(run), str(window), *(f"CR-{n}" for n in requests)],
    }  # fmt: skip
    with staged(values):
        return seal_bundle(str(run), SECTIONS, about, asked_key=asked_key, as_of=as_of, actor=actor, at=at)


def freeze_number(standing: Standing) -> int:
    """Of the window that the first step opened."""
    return int(standing.said(FREEZE)["freeze"].removeprefix("FW-"))


def _requests(standing: Standing) -> list[int]:
    """The numbers of what corrects its gaps, accepts them and closes it."""
    run = standing.run
    corrections = Q(id__in=RecoveryRemedy.objects.filter(run=run).values("request_id"))
    own = Q(kind__in=OWN, payload__run_id=run.id)
    return list(ApprovalRequest.objects.filter(corrections | own).order_by("number").values_list("number", flat=True))
