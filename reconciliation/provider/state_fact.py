"""What a payment is at its provider, as a fact that checkpoints may ask for."""

from collections.abc import Sequence

from django.db import connection

UNKNOWN = "unknown"  # no provider has told of it
# The furthest that any of its parts has come: a deposit in parts is confirmed as soon as one part may be posted.
STATES = """
SELECT DISTINCT ON (named) named, status FROM (
    SELECT p.payment_id AS named, p.status FROM provider_payment p
     WHERE p.tenant_id = tenant() AND p.payment_id <> '' AND p.payment_id = ANY(%(ids)s)
     UNION ALL
    SELECT p.payment_ref, p.status FROM provider_payment p
     WHERE p.tenant_id = tenant() AND p.payment_ref = ANY(%(ids)s)) said
 ORDER BY named, array_position(ARRAY['confirmed', 'paid', 'pending', 'expired', 'failed'], status)
"""


def provider_states(payment_ids: Sequence[str]) -> dict[str, str]:
    """Payment → its status; one that no provider told of is not named. One query. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(STATES, {"ids": list(payment_ids)})
        return dict(cursor.fetchall())
