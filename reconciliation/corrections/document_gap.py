"""Say of a code that no use case books what it is and who looks after it. What was said before stays."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.bank.gap_models import ModelGapNote
from reconciliation.corrections.gaps import gaps
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.stated import is_seen

LONGEST, LONGEST_OWNER = 2000, 140


def document_gap(
    *, account: str, bank_code: str, owner: str, note: str, key: str, actor: Actor, at: datetime
) -> ModelGapNote:  # fmt: skip
    """Append a note to the gap of a bank account's code; sent again by the same `key` it adds nothing. `owner` is whoever looks
    after it, in words. Needs a tenant scope. Raises NotPermitted, BadInput, NotFound (no open case of such a code),
    KeyReusedForAnotherPayload."""
    require(actor, Permission.DOCUMENT_GAP)
    person = person_of(actor, "documents a gap")
    owner, note = owner.strip(), note.strip()
    if not 1 <= len(key) <= 64 or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    if not is_seen(owner, LONGEST_OWNER):
        raise BadInput(f"who looks after it, in up to {LONGEST_OWNER} characters", "owner")
    if not 1 <= len(note) <= LONGEST or "\x00" in note:
        raise BadInput(f"it has 1 to {LONGEST:,} characters, without NUL", "note")
    gap = next((g for g in gaps() if (g.account, g.code) == (account, bank_code)), None)
    if gap is None:
        raise NotFound("no open case stands on this code of the account")
    said = {"bank_code": bank_code, "owner": owner, "note": note, "person_id": person}
    made, created = ModelGapNote.objects.get_or_create(
        bank_account_id=gap.account_id, sent_key=key, defaults=said | {"at": at, "actor": actor.name or actor.id}
    )
    if created:
        audit.record(actor, at, "gap.documented", f"{account} {bank_code}", why=note[:500], owner=owner)
    elif any(getattr(made, name) != value for name, value in said.items()):
        raise KeyReusedForAnotherPayload("this form was sent before in other words; reload the page")
    return made
