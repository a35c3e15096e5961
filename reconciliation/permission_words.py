"""Permissions as sentences begin: what somebody may do, not what it is called in a table."""

WORDS = {
    "drift.reconcile": "Reconciling", "case.work": "Working on cases", "case.note": "Writing notes on cases",
    "case.sign_off": "Signing a case off",
    "correction.request": "Asking for a correction", "request.decide": "Deciding requests", "bank.import": "Importing statements",
    "period.close": "Closing books", "gap.document": "Documenting a gap", "event.raw": "Reading raw deliveries",
    "event.replay": "Replaying deliveries", "event.poll": "Asking a provider", "order.move": "Moving orders",
    "audit.view": "Reading the audit trail", "audit.verify": "Verifying the book", "setting.change": "Changing settings",
    "policy.override": "Lifting a checkpoint", "incident.work": "Recording calls and notes of an incident",
    "incident.release": "Releasing an incident", "evidence.download": "Downloading evidence",
    "notification.acknowledge": "Acknowledging notifications",
}  # fmt: skip


def permission_words(permission: str) -> str:
    """ "incident.work" → "Recording calls and notes of an incident"; one without words stands as it is named."""
    return WORDS.get(permission, permission)
