"""The drift check: one account, one settlement day, two as-of times. Promises: drift is the sum of its named differences
(unexplained = 0, with totals summed apart from the groups), no false zero, and a stored check is never rewritten."""
