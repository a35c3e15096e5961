"""Set up a tenant: the registry row from which everything else starts."""

from datetime import datetime

from django.db import IntegrityError

from ledger.models import Tenant
from ledger.refusals import constraint_of
from reconciliation.errors import BadInput


def set_up_tenant(*, slug: str, name: str, at: datetime) -> Tenant:
    """Create the tenant. Runs outside any scope, by an operator at the command line. Raises BadInput."""
    try:
        return Tenant.objects.create(slug=slug, name=name, created_at=at)
    except IntegrityError as error:
        sentence = {
            "tenant_slug_is_unique": f"a tenant has the slug {slug} already",
            "tenant_slug_is_plain": "a slug is lower-case letters, digits and hyphens",
            "tenant_has_a_name": "a tenant has a name",
        }.get(constraint_of(error) or "")
        if sentence is None:
            raise
        raise BadInput(sentence, "slug") from error
