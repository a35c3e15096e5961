"""A run's evidence as one sealed bundle: its steps, the freeze and what it refused, the event log, gaps and classes,
the audit trail."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.checkpoints.freeze_models import FreezeWindow
from reconciliation.named_sql import read_steps
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.runs.read_period import staged, values_of
from reconciliation.recovery.runs.standing import FREEZE, Standing
from reconciliation.recovery.sealing import Section, seal_bundle

SECTIONS = [Section(name, query) for name, query in read_steps(__file__, "export.sql").items()]


def sealed(standing: Standing, *, asked_key: str, as_of: datetime, actor: Actor, at: datetime) -> EvidenceBundle:
    """The bundle as of `as_of`; under the same key it is sealed once. Needs a tenant scope and a run that is frozen.
    Raises BundleTooLarge."""
    run, values = standing.run, values_of(standing.scope, as_of)
    window = FreezeWindow.objects.get(number=freeze_number(standing))
    about = values | {
        "run": run.id, "freeze": window.number, "opened_at": window.opened_at, "subjects": [str(run), str(window)],
    }  # fmt: skip
    with staged(values):
        return seal_bundle(str(run), SECTIONS, about, asked_key=asked_key, as_of=as_of, actor=actor, at=at)


def freeze_number(standing: Standing) -> int:
    """Of the window that the first step opened."""
    return int(standing.said(FREEZE)["freeze"].removeprefix("FW-"))
