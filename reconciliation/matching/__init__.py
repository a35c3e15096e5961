"""Ledger against bank. Promises: each row is used once, the outcome is a function of the rows alone, ambiguity is named
and never guessed, and every match and every difference says why in words."""
