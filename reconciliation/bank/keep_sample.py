"""Keep a few rows of a bank's CSV, to draw up a profile on. It is never imported and never changes."""

import hashlib
from datetime import datetime
from uuid import UUID

from ledger import audit
from ledger.actors import Actor
from reconciliation.bank.formats.csv_trial import LARGEST
from reconciliation.bank.imports import plain_name
from reconciliation.bank.models import BankSample
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require


def keep_sample(*, file_name: str, content: bytes, actor: Actor, at: datetime) -> BankSample:
    """Insert the sample; the same bytes are the sample that stands. Needs a tenant scope.

    Raises NotPermitted, BadInput (empty, larger than 256 KiB)."""
    require(actor, Permission.SET_UP)
    if not content:
        raise BadInput("the sample is empty", "file")
    if len(content) > LARGEST:
        raise BadInput(f"a sample has at most {LARGEST // 1024} KiB: some rows are enough", "file")
    digest = hashlib.sha256(content).digest()
    made, is_new = BankSample.objects.get_or_create(
        sha256=digest,
        defaults={
            "file_name": plain_name(file_name), "content": content, "kept_at": at, "kept_by": actor.name or actor.id,
        },
    )  # fmt: skip
    if is_new:
        audit.record(actor, at, "sample.kept", made.file_name, sha256=digest.hex())
    return made


def find_sample(public_id: object) -> BankSample:
    """The sample of a public id. Raises NotFound, also for what is no id."""
    try:
        return BankSample.objects.get(public_id=UUID(str(public_id)))
    except (BankSample.DoesNotExist, ValueError) as error:
        raise NotFound(f"no sample has the id {str(public_id)!r:.60}") from error


def samples() -> list[BankSample]:
    """The newest twelve, without their bytes."""
    return list(BankSample.objects.defer("content").order_by("-kept_at", "-id")[:12])
