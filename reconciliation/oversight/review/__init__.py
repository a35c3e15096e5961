"""The operations review: what got worse in a week or a month against the one before, and who owns it."""
