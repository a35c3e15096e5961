"""The names, labels and meaning of every metric. Labels take values out of lists that people set up (tenants, accounts,
endpoints) or that the product closes (classes, plane pairs, kinds), never a payment's, an order's or a person's."""

from dataclasses import dataclass

ACCOUNT = ("account", "currency")


@dataclass(frozen=True, slots=True)
class Family:
    """`labels` as a figure gives them; a tenant's metrics carry `tenant` before these."""

    text: str
    labels: tuple[str, ...] = ()


OF_TENANT: dict[str, Family] = {
    "ledger_bank_drift_santim_total": Family(
        "Sum of |drift| in minor units over the settlement days checked in the last 24 h; absent while nothing is known",
        ACCOUNT,
    ),
    "plumbline_drift_verdict": Family("1 for the verdict that stands", (*ACCOUNT, "verdict")),
    "plumbline_drift_minor": Family("Signed drift of the open days, ledger less statement, in minor units", ACCOUNT),
    "plumbline_drift_gross_minor": Family("Sum of the open days' differences without their signs", ACCOUNT),
    "plumbline_drift_unexplained_minor": Family("Drift that no named difference explains; 0 is promised", ACCOUNT),
    "plumbline_drift_open_days": Family("Closed settlement days that are not clean", (*ACCOUNT, "verdict")),
    "plumbline_drift_persists_seconds": Family("Since a check first found the oldest drift that still stands", ACCOUNT),
    "plumbline_drift_persists_checks": Family("Checks that found it", ACCOUNT),
    "plumbline_statements_overdue": Family("Days whose statement is due and has not come", ACCOUNT),
    "plumbline_gate_open": Family("Whether releases may pass"),
    "plumbline_gate_clean_days": Family("Good settlement days in a row"),
    "plumbline_gate_needed_days": Family("How many open the gate"),
    "plumbline_security_holds": Family("Open cases of money that left without us"),
    "plumbline_unmatched_value_minor": Family(
        "Value in open cases without signs, in minor units", ("plane_pair", "currency")
    ),
    "plumbline_exception_queue_depth": Family("Open cases by class and age", ("exception_class", "age")),
    "plumbline_exception_queue_overdue": Family("Open cases past their service level", ("exception_class",)),
    "plumbline_webhook_age_seconds": Family(
        "Since the last verified delivery, or since the endpoint was opened", ("endpoint",)
    ),
    "plumbline_signature_failures": Family("Deliveries of the last 24 h that did not verify", ("endpoint",)),
    "plumbline_quarantine_depth": Family("Deliveries that are held", ("endpoint",)),
    "plumbline_intake_depth": Family("Verified deliveries that nobody has read yet"),
    "plumbline_intake_lag_seconds": Family("Since the oldest of them came"),
    "plumbline_provider_confirmation_seconds": Family(
        "From detected to confirmed, payments confirmed in the last 24 h", ("endpoint", "quantile")
    ),
    "plumbline_requests_open": Family("Requests that wait for a decision"),
    "plumbline_checkpoint_lag_seconds": Family("Since the oldest of them was made"),
    "plumbline_payout_review_backlog": Family("Postings that are PENDING, and requests to decide", ("waiting",)),
    "plumbline_payout_review_oldest_seconds": Family("Since the oldest of them was made"),
    "plumbline_outbox_depth": Family("Work that waits, and work that was given up", ("state", "kind")),
    "plumbline_outbox_lag_seconds": Family("Since the oldest waiting work was due"),
    "plumbline_job_age_seconds": Family("Since work of a kind was last done", ("kind",)),
    "plumbline_verification_ok": Family("Whether the last verification of the ledger held"),
    "plumbline_verification_age_seconds": Family("Since it ran"),
    "plumbline_anchor_age_seconds": Family("Since the head of the audit chain was last anchored outside the database"),
}
OF_INSTALLATION: dict[str, Family] = {
    "plumbline_tenants": Family("Tenants that these figures tell of"),
    "plumbline_component_up": Family("Whether a part answers; absent while nobody can say", ("component",)),
}
