"""The only door to the ledger's book. Promises: every posting carries the decision that allowed it, is idempotent by key,
and names its accounts by code; nothing else in the product imports the book."""
