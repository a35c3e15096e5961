"""Incidents worked on and released, and the evidence that outlives them. What is sealed here states its digest on the audit trail
in the same transaction, holds no key and no signature, and is the same bytes for the same inputs as of the same instant."""
