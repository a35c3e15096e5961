"""Matching across the planes that a payment passes: commerce ↔ provider and provider ↔ ledger."""
