"""The kinds of correction: reverse a POSTED transaction, confirm an original PENDING one, book what the
bank alone shows. Promises: forward motion
only, one reversal per transaction, what is previewed is what a check finds afterwards, and nothing on an account
under security hold."""
