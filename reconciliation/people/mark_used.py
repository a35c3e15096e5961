"""Note that a token was used: once an hour at most, so that a busy integration costs no write per request."""

from datetime import datetime, timedelta

from django.db.models import Q

from ledger.tenancy import tenant
from reconciliation.people.models import ApiToken

HOUR = timedelta(hours=1)


def mark_used(tenant_id: int, token_id: int, *, last_used_at: datetime | None, at: datetime) -> None:
    """Write the use down unless `last_used_at`, or what another request wrote meanwhile, is less than an hour old."""
    if last_used_at is not None and at - last_used_at < HOUR:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - HOUR)
    with tenant(tenant_id):
        ApiToken.objects.filter(stale, id=token_id).update(last_used_at=at)
