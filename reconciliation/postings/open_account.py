"""Open a ledger account. Accounts are append-only: code, kind and asset never change."""

from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.models import Account, Asset
from ledger.refusals import constraint_of
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require


def open_account(*, code: str, name: str, kind: str, asset: str, actor: Actor, at: datetime) -> Account:
    """Create the account. Raises NotPermitted, BadInput (unknown kind or asset, code taken)."""
    require(actor, Permission.SET_UP)
    if kind not in Account.Kind.values:
        raise BadInput(f"kind is one of {', '.join(Account.Kind.values)}", "kind")
    if not Asset.objects.filter(code=asset).exists():
        raise BadInput(f"no asset has the code {asset!r:.20}", "asset")
    if not code.strip() or not name.strip():
        raise BadInput("an account has a code and a name", "code")
    try:
        with atomic():  # so that whoever asked can still be answered in the same scope
            account = Account.objects.create(
                code=code.strip(), name=name.strip(), kind=kind, asset_id=asset, opened_at=at
            )
    except IntegrityError as error:
        if constraint_of(error) == "account_code_is_unique":
            raise BadInput(f"an account has the code {code} already", "code") from error
        raise
    audit.record(actor, at, "account.opened", code, kind=kind, asset=asset, account=account.id)
    return account
