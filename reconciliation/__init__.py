"""Reconciliation decides: what matches, what drifts, why, and what may correct it. It reaches the ledger's book through
postings alone, and nothing in it knows of pages or requests."""
