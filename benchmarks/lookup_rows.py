"""Rows for bench lookup, made in SQL."""

from datetime import UTC, datetime
from typing import Any

from benchmarks.pages import SET_UP, Reader, point_at
from ledger.tenancy import tenant
from reconciliation.postings.open_account import open_account
from reconciliation.provider.open_endpoint import open_endpoint

TABLES = (
    "commerce_order", "provider_delivery", "provider_event", "provider_sighting", "provider_payment", "ledger_transaction", "ledger_entry",
)  # fmt: skip
STEPS = (
    """INSERT INTO commerce_order (tenant_id, order_ref, payment_id, merchant_reference, expected_minor, asset, rail, state, placed_at,
       recorded_at, source, fingerprint, decision_id)
SELECT %(tenant)s, 'order-' || i, 'pay-' || i, 'MR-' || i, 50000, 'BTC', 'bitcoin', 'open', %(at)s - i * interval '1 second',
       %(at)s - i * interval '1 second', 'api', '\\x00', 1 FROM generate_series(%(first)s::bigint, %(until)s::bigint) i""",
    """INSERT INTO provider_delivery (tenant_id, id, endpoint_id, received_at, origin, headers, body, reason) OVERRIDING SYSTEM VALUE
SELECT %(tenant)s, i, %(endpoint)s, %(at)s - i * interval '1 second', 'file', '[]', '\\x7b7d', ''
  FROM generate_series((%(first)s::bigint - 1) / 1000 + 1, (%(until)s::bigint - 1) / 1000 + 1) i""",
    """INSERT INTO provider_event (tenant_id, id, endpoint_id, delivery_id, event_id, content_sha256, type, provider_type, payment_ref, order_ref,
       occurred_at, received_at, logged_at, amount_minor, asset, txid, flags, detail) OVERRIDING SYSTEM VALUE
SELECT %(tenant)s, i, %(endpoint)s, (i - 1) / 1000 + 1, 'e' || i, sha256(i::text::bytea), 'confirmed', 'InvoicePaymentSettled', 'inv-' || i,
       'order-' || i, t, t, t, 50000, 'BTC', 'tx' || lpad(i::text, 62, '0'), '{}', ''
  FROM (SELECT i, %(at)s - i * interval '1 second' AS t FROM generate_series(%(first)s::bigint, %(until)s::bigint) i) x""",
    """INSERT INTO provider_sighting (tenant_id, event_id, delivery_id, occurred_at)
SELECT %(tenant)s, i, (i - 1) / 1000 + 1, %(at)s - i * interval '1 second' FROM generate_series(%(first)s::bigint, %(until)s::bigint) i""",
    """INSERT INTO provider_payment (tenant_id, endpoint_id, payment_ref, order_ref, payment_id, status, asset, detected_minor, confirmed_minor,
       detected_at, confirmed_at, first_event_at, last_event_at, event_count, changed_at)
SELECT %(tenant)s, %(endpoint)s, 'inv-' || i, 'order-' || i, 'pay-' || i, 'confirmed', 'BTC', 50000, 50000, t, t, t, t, 1, t
  FROM (SELECT i, %(at)s - i * interval '1 second' AS t FROM generate_series(%(first)s::bigint, %(until)s::bigint) i) x""",
    """INSERT INTO ledger_transaction (tenant_id, id, status, use_case, payment_id, partner_reference, effective_on, recorded_at, posted_at,
       decision_id, idempotency_key, fingerprint) OVERRIDING SYSTEM VALUE
SELECT %(tenant)s, i, 'POSTED', 'deposit', 'pay-' || i, 'PR-' || i, t::date, t, t, 1, 'bench ' || i, '\\x00'
  FROM (SELECT i, %(at)s - i * interval '1 second' AS t FROM generate_series(%(first)s::bigint, %(until)s::bigint) i) x""",
    """INSERT INTO ledger_entry (tenant_id, transaction_id, leg, account_id, direction, amount_minor)
SELECT %(tenant)s, i, l.leg, l.account, l.direction, 50000 FROM generate_series(%(first)s::bigint, %(until)s::bigint) i
 CROSS JOIN (VALUES (1, %(debit)s::bigint, 'DEBIT'), (2, %(credit)s::bigint, 'CREDIT')) AS l(leg, account, direction)""",
)


def frame(reader: Reader) -> dict[str, Any]:
    """The tenant's endpoint and accounts, through the product's own use cases: what the rows hang on."""
    point_at(reader.name)
    at = datetime.now(UTC)
    with tenant(reader.tenant_id):
        endpoint = open_endpoint(name="Shop", scheme="btcpay", actor=SET_UP, at=at)
        hold = open_account(code="hold", name="On hold", kind="ASSET", asset="BTC", actor=SET_UP, at=at)
        owed = open_account(code="owed", name="Unapplied", kind="LIABILITY", asset="BTC", actor=SET_UP, at=at)
    return {"tenant": reader.tenant_id, "endpoint": endpoint.id, "at": at, "debit": hold.id, "credit": owed.id}


def fill(reader: Reader, standing: dict[str, Any], *, first: int, until: int) -> None:
    """The payments `first` to `until`, each on every plane. Not measured: triggers are off."""
    for step in STEPS:
        reader.admin.execute(step, {**standing, "first": first, "until": until})
