"""What payment systems say. Deliveries enter here, one verifier and one reader per scheme; nothing in it guesses.

It promises: a delivery is verified over the bytes as they came, or refused with one of a closed list of reasons; an amount
is exact or refused, and never goes through a float; a payment's status follows from its events alone, in whatever order and
however often they arrive; an event that contradicts is kept and named.
"""
