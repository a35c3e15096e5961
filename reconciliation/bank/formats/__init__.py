"""Readers of bank statement files: bytes in, `ParsedStatement` out. Pure: no database, no settings, no clock.

Promises: amounts are signed integer minor units in the bank's view (credit to us is +); a file is streamed under
limits; whatever a file does, the answer is statements with findings or one `StatementRefused` that names the place.
"""
