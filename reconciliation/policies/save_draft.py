"""Write down what a checkpoint shall say: a new one, or the next version of one that stands. A draft decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.documents import digest_of, require_document
from reconciliation.checkpoints.models import CheckpointPolicy, CheckpointVersion
from reconciliation.errors import AlreadyRequested, ChangedSinceAsked, NotPermitted
from reconciliation.permissions import Permission, require
from reconciliation.policies.versions import State, active_of, next_number

CLASHES = {"version_one_draft_per_policy", "version_number_is_unique", "policy_key_is_unique"}


def save_draft(*, document: Mapping[str, Any], seen_edits: int | None, actor: Actor, at: datetime) -> CheckpointVersion:
    """Store the document as the draft of its checkpoint, which its key names. `seen_edits` is how often the draft had been
    edited when the writer read it, None for a draft that is new. Needs a tenant scope.

    Raises NotPermitted (also for somebody else's draft: who approves must not have written), BadInput naming the place,
    ChangedSinceAsked (edited meanwhile to say something else), AlreadyRequested (there is a draft already).
    """
    person_of(actor, "drafts a checkpoint")
    require(actor, Permission.SET_UP)
    whole = require_document(dict(document))
    policy = CheckpointPolicy.objects.filter(key=whole["key"]).first()
    draft = (
        policy
        and CheckpointVersion.objects.select_for_update(no_key=True).filter(policy=policy, state=State.DRAFT).first()
    )
    if draft:
        return _edit(draft, whole, seen_edits, actor, at)
    if seen_edits is not None:
        raise ChangedSinceAsked("the draft is one no more; look again")
    try:
        with atomic():
            made = _begin(policy, whole, actor, at)
    except IntegrityError as error:
        if constraint_of(error) not in CLASHES:
            raise
        raise AlreadyRequested("somebody began a draft of this checkpoint at the same moment") from error
    audit.record(
        actor, at, "checkpoint.drafted", str(made), key=whole["key"], document=bytes(made.document_sha256).hex()
    )
    return made


def _begin(policy: CheckpointPolicy | None, whole: dict[str, Any], actor: Actor, at: datetime) -> CheckpointVersion:
    policy = policy or CheckpointPolicy.objects.create(key=whole["key"], created_at=at, created_by=actor.id)
    active = active_of(policy.id)
    return CheckpointVersion.objects.create(
        policy=policy, number=next_number(policy.id), document=whole, document_sha256=digest_of(whole),
        based_on=active.number if active else None, made_by_id=actor.person_id, made_by_label=actor.name or actor.id, made_at=at,
        edited_at=at,
    )  # fmt: skip


def _edit(
    draft: CheckpointVersion, whole: dict[str, Any], seen_edits: int | None, actor: Actor, at: datetime
) -> CheckpointVersion:
    if draft.made_by_id != actor.person_id:
        raise NotPermitted(f"{draft} is a draft of {draft.made_by_label}, who alone edits it")
    if seen_edits is None:
        raise AlreadyRequested(f"{draft} is your draft already; go on with it or discard it")
    if bytes(draft.document_sha256) == digest_of(whole):
        return draft  # whoever says what stands takes nothing back, however long ago it was read
    if draft.edits != seen_edits:
        raise ChangedSinceAsked(f"{draft} was edited at {draft.edited_at:%H:%M} UTC in another window; look again")
    draft.document, draft.document_sha256, draft.edited_at, draft.edits = whole, digest_of(whole), at, draft.edits + 1
    draft.save(update_fields=["document", "document_sha256", "edited_at", "edits"])
    audit.record(
        actor, at, "checkpoint.edited", str(draft), key=whole["key"], document=bytes(draft.document_sha256).hex()
    )
    return draft
